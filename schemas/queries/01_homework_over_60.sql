-- 问：哪些学校写的作业时间超过了本年级的规定？
-- 读法：一行是一条数据：“规定”是学校自己定的上限，“实际”是量出来的，“目标”是打算做到的；一二年级不留书面作业，三至六年级60分钟，初中90分钟，按所写年级或学校学段取。小时已折成分钟，降下来以前的旧值、变化量和雷同的报告不在其中。
SELECT d.period AS 报送期, coalesce(d.school_name, f.source_path) AS 单位, f.scope AS 年级, n.grades AS 规定年级, n.norm_value AS 限度分钟,
    CASE f.kind WHEN 'requirement' THEN '规定' WHEN 'actual' THEN '实际' ELSE '目标' END AS 性质, f.minutes AS 分钟, f.quote AS 原文
FROM norm_findings n JOIN figures f USING (fact_id) JOIN documents d ON d.doc_id = f.doc_id
WHERE n.indicator = 'homework_minutes' AND ends_with(n.verdict, '_breach') AND n.counted
ORDER BY f.minutes DESC, d.period, 单位, f.source_path, f.start;
