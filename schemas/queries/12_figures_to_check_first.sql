-- 问：哪些数据最该先核对原文？
-- 读法：可信度最低的排在前面，“规则”说明是怎样认出来的；全部核对一遍不如先看这些。
SELECT round(f.confidence, 2) AS 可信度, coalesce(d.school_name, f.source_path) AS 单位, f.quote AS 原文, f.indicator AS 指标,
    f.kind AS 性质, f.rule_id AS 规则, f.unit_text AS 所在句
FROM figures f JOIN documents d USING (doc_id)
WHERE d.counted
ORDER BY f.confidence, f.source_path, f.start LIMIT 20;
