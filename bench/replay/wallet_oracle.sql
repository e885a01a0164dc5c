-- Lines as a till has them: one more piece of a plain product is the same line, a line with terms of its own is not.
CREATE TABLE line AS
SELECT basket, sku, unit, member_off, voucher, sum(pieces)::BIGINT AS pieces,
       min(place) AS place
FROM raw_line
GROUP BY basket, sku, unit, member_off, voucher, CASE WHEN member_off > 0 OR voucher > 0 THEN place ELSE -1 END;

-- Every basket at every tier: the prices of its lines, and what vouchers leave of them.
CREATE TABLE priced AS
WITH item AS (
    SELECT b.basket, b.day, t.tier, l.voucher,
           least(l.pieces * l.unit - l.member_off, (2 * l.pieces * l.unit * t.rate + 10000) // 20000) AS price
    FROM line l JOIN basket b USING (basket) CROSS JOIN tier t
), on_the_day AS (
    SELECT basket, tier, voucher,
           CASE WHEN day(day) = 18 THEN (2 * price * 9000 + 10000) // 20000 ELSE price END AS price
    FROM item
)
SELECT basket, tier, sum(price)::BIGINT AS line_prices, sum(price - least(voucher, price))::BIGINT AS left_over
FROM on_the_day GROUP BY basket, tier;

-- Each household's sales in order.
CREATE TABLE ordered AS
SELECT basket, household, manufacturer, row_number() OVER (PARTITION BY household ORDER BY sold_at, basket) AS n,
       year(day) * 12 + month(day) AS month, day(day) = 18 AS is_member_day,
       (day - DATE '0001-01-01')::INTEGER + 1 AS day_number
FROM basket;

-- From sale to sale of each household: what it spent, its points of this month and the last, its coupons' last days.
CREATE TABLE sold AS
WITH RECURSIVE walk AS (
    SELECT household, 0::BIGINT AS n, NULL::BIGINT AS basket, 0::BIGINT AS spent, NULL::BIGINT AS month,
           0::BIGINT AS this_month, 0::BIGINT AS last_month, []::INTEGER[] AS coupons,
           0::BIGINT AS due, 0::BIGINT AS earned, 0::BIGINT AS points, '' AS tier, false AS used, false AS given
    FROM (SELECT DISTINCT household FROM basket)
    UNION ALL
    SELECT household, n, basket, spent + due - tender, month_now,
           this_now - (points - least(points, last_now)) + earned, last_now - least(points, last_now),
           CASE WHEN due - tender >= 3000 THEN list_append(kept, day_number + 30) ELSE kept END,
           due, earned, points, tier, used, due - tender >= 3000
    FROM (
        SELECT *, CASE WHEN used THEN valid[2:] ELSE valid END AS kept,
               (due - tender) // 100 * CASE WHEN is_member_day THEN 2 ELSE 1 END AS earned
        FROM (
            SELECT *, after_coupon - points AS due, least(manufacturer, after_coupon - points) AS tender
            FROM (
                SELECT *, CASE WHEN n % 3 = 0
                               THEN least((after_coupon // 2) // 100 * 100, (this_now + last_now) // 100 * 100)
                               ELSE 0 END AS points
                FROM (
                    SELECT *, left_over - CASE WHEN used THEN least(500, left_over) ELSE 0 END AS after_coupon
                    FROM (
                        SELECT s.*, p.line_prices, p.left_over,
                               len(s.valid) > 0 AND p.line_prices >= 4000 AND p.left_over > 0 AS used
                        FROM (
                            SELECT w.household, o.n, o.basket, w.spent, o.manufacturer, o.month AS month_now,
                                   o.day_number, o.is_member_day,
                                   CASE WHEN w.month = o.month THEN w.this_month ELSE 0 END AS this_now,
                                   CASE WHEN w.month = o.month THEN w.last_month
                                        WHEN w.month = o.month - 1 THEN w.this_month ELSE 0 END AS last_now,
                                   list_filter(w.coupons, lambda day: day >= o.day_number) AS valid,
                                   (SELECT arg_max(tier, least_spent) FROM tier t WHERE w.spent >= t.least_spent) AS tier
                            FROM walk w JOIN ordered o ON o.household = w.household AND o.n = w.n + 1
                        ) s JOIN priced p ON p.basket = s.basket AND p.tier = s.tier
                    )
                )
            )
        )
    )
)
SELECT * FROM walk WHERE basket IS NOT NULL;
