-- 问：各主题的问题有多少单位提到？
-- 读法：“提到的单位”除以“计入的单位”才能比较；抄来的报告只算一次。“已解决”是写明解决了的，不在问题数里重复算。
WITH names AS (
    SELECT split_part(v, ' ', 1) AS code, split_part(v, ' ', 2) AS name
    FROM (SELECT unnest(string_split(valid_values, '；')) AS v FROM data_dictionary WHERE table_name = 'problems' AND column_name = 'topic'))
SELECT period AS 报送期, district AS 区县, level AS 层级, name AS 主题, bodies_problems AS 提到的单位, bodies_counted AS 计入的单位,
    n_problems AS 问题数, n_resolved AS 已解决
FROM topic_summary JOIN names ON code = topic WHERE bodies_problems > 0
ORDER BY bodies_problems DESC, n_problems DESC, period, district, level, topic;
