-- 问：哪些问题和上一期写得一模一样？
-- 读法：可能是没有解决，也可能是照抄上一期；“原文”是本期的写法。
WITH names AS (
    SELECT split_part(v, ' ', 1) AS code, split_part(v, ' ', 2) AS name
    FROM (SELECT unnest(string_split(valid_values, '；')) AS v FROM data_dictionary WHERE table_name = 'problems' AND column_name = 'topic'))
SELECT r.period AS 报送期, coalesce(r.school_name, d.source_path) AS 单位, n.name AS 主题, p.quote AS 原文
FROM review_list r JOIN documents d USING (doc_id)
    JOIN problems p ON p.doc_id = r.doc_id AND list_contains(string_split(r.fact_ids, ' '), p.fact_id)
    JOIN names n ON n.code = p.topic
WHERE r.kind = 'stale_problem'
ORDER BY r.period, 单位, d.source_path, p.start;
