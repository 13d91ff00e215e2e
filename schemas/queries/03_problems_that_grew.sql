-- 问：哪些问题比上一期多了？
-- 读法：只比两期都报了的单位：“上期单位数”“本期单位数”是其中提到这类问题的，“新提到”是上期没提、本期提了的。
WITH names AS (
    SELECT split_part(v, ' ', 1) AS code, split_part(v, ' ', 2) AS name
    FROM (SELECT unnest(string_split(valid_values, '；')) AS v FROM data_dictionary WHERE table_name = 'problems' AND column_name = 'topic'))
SELECT period_before AS 上期, period AS 本期, district AS 区县, name AS 主题, bodies_reporting_both AS 两期都报的单位数,
    bodies_before AS 上期单位数, bodies AS 本期单位数, bodies_new AS 新提到, bodies_stopped AS 不再提
FROM topic_trends JOIN names ON code = topic
WHERE kind = 'problem' AND bodies > bodies_before
ORDER BY bodies - bodies_before DESC, topic, period, district;
