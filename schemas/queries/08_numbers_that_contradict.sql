-- 问：哪些数字自相矛盾？
-- 读法：一行是一处要请学校核对的地方，“说明”写了哪几个数；是笔误还是口径不同，要问学校。
SELECT r.period AS 报送期, coalesce(r.school_name, d.source_path) AS 单位,
    CASE r.kind WHEN 'parts_of_whole' THEN '合计不符' WHEN 'rate_of_counts' THEN '比例不符'
        WHEN 'ends_of_change' THEN '增减不符' WHEN 'shares_of_whole' THEN '各项相加不是100%' WHEN 'two_values' THEN '前后不一' WHEN 'same_thing' THEN '前后不一' WHEN 'share_over_100' THEN '比例过百'
        WHEN 'more_than_roster' THEN '多于名单' ELSE r.kind END AS 情形, r.told AS 说明
FROM review_list r JOIN documents d USING (doc_id)
WHERE r.kind IN ('parts_of_whole', 'same_thing', 'rate_of_counts', 'ends_of_change', 'shares_of_whole', 'two_values', 'share_over_100', 'more_than_roster')
ORDER BY 情形, r.period, 单位, 说明;
