-- 问：学校定的规矩合不合上级规定？
-- 读法：每个指标和年级一行：宽于规定、与规定相同、严于规定各有多少单位，三者相加可能多于单位总数，因为一个单位可以写几条。
SELECT n.period AS 报送期, n.indicator AS 指标, n.grades AS 规定年级, n.norm_value AS 限度, n.norm_unit AS 限度单位,
    count(DISTINCT coalesce(n.school_id, n.doc_id)) AS 单位数,
    count(DISTINCT coalesce(n.school_id, n.doc_id)) FILTER (n.verdict = 'rule_breach') AS 宽于规定,
    count(DISTINCT coalesce(n.school_id, n.doc_id)) FILTER (n.verdict = 'meets') AS 符合,
    count(DISTINCT coalesce(n.school_id, n.doc_id)) FILTER (n.verdict = 'stricter') AS 严于规定
FROM norm_findings n WHERE n.kind = 'requirement' AND n.counted
GROUP BY n.period, n.indicator, n.grades, n.norm_value, n.norm_unit
ORDER BY n.indicator, n.grades, n.period, n.norm_value, n.norm_unit;
