-- 问：哪些实际数值不合规定？
-- 读法：只列量出来的数值，不列学校定的规矩；“文件”和“条款”是所依据的规定，条款为空表示没有核实到条。
SELECT n.period AS 报送期, coalesce(n.school_name, f.source_path) AS 单位, n.indicator AS 指标, n.grades AS 规定年级,
    f.quote AS 原文, CASE n.norm_limit WHEN 'at_most' THEN '不超过' ELSE '不少于' END AS 限度方向,
    n.norm_value AS 限度, n.norm_unit AS 限度单位, n.document_number AS 文号, n.clause AS 条款
FROM norm_findings n JOIN figures f USING (fact_id)
WHERE n.verdict = 'value_breach' AND n.counted
ORDER BY n.indicator, n.period, 单位, f.source_path, f.start, n.norm_id;
