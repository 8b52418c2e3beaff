// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * A radio cell as a queueing discipline: stations that share the air by the distributed coordination function (DCF) of
 * IEEE 802.11, frame by frame. The lab kernel is built with it; it stands on a device of its own.
 *
 * A packet's mark is the number of the way it goes (1, 2...): from which station, at which rate. Each station is a
 * class (1, 2...) with a qdisc of its own, out of which it takes a frame when its turn comes. A frame leaves this
 * qdisc at the instant at which its last symbol is on the air; propagation belongs to what stands behind.
 *
 * The law (IEEE 802.11, clause 10.3.4):
 * - The air must have been idle for DIFS. A station that finds it so sends at once; one that finds it busy, and one that
 *   has just sent, counts a random number of idle slots first, 0 to CW. The count stands still while the air is busy.
 * - Starts less than a slot apart collide. A frame that collides, or is damaged, is sent again, with CW doubled; after
 *   `retries` times it is dropped.
 * - An exchange takes the frame, SIFS and its acknowledgement, which is waited for also where it does not come, and the
 *   way there and back. So all stations begin to count anew at the same time: nobody uses EIFS.
 *
 * Everything is reckoned in the times at which it is due, not in those at which a timer wakes us up.
 */
#include <linux/module.h>
#include <linux/prandom.h>
#include <net/netlink.h>
#include <net/pkt_sched.h>

enum { DCF_CELL = 1, DCF_WAYS = 2 };	/* attributes: struct dcf_cell; one struct dcf_way after the other */

struct dcf_cell {
	__u64 seed;
	__u32 stations;
	__u32 slot, difs;		/* ns */
	__u32 cw_min, cw_max;		/* one less than powers of two */
	__u32 retries;
};

struct dcf_way {
	__u32 station;			/* that sends, from 0 */
	__u32 overhead;			/* bytes of the frame on the air beside the packet */
	__u32 before;			/* ns on the air before the symbols: preamble, header, protection */
	__u32 symbol;			/* ns */
	__u32 half_bits;		/* half bits in a symbol */
	__u32 extra;			/* half bits beside the frame's own */
	__u32 after;			/* ns on the air after the symbols: signal extension */
	__u32 answer;			/* ns from the frame's end to that of its acknowledgement, SIFS and the ways included */
	__u32 damaged;			/* chance that a frame is, of 2^32 */
	__u32 pad;
};

struct dcf_told {			/* statistics */
	__u64 busy;			/* ns of exchanges */
	__u64 sent, damaged, collided;	/* frames on the air: all of them, and those that came to nothing */
	__u64 collisions;
	__u64 given_up;			/* frames dropped after too many times */
};

#define NEVER U64_MAX
#define NOT_COUNTING -1

struct dcf_station {
	struct Qdisc *queue;
	struct sk_buff *frame;		/* being sent or to be sent again */
	u64 since;			/* when there was something to send */
	u64 end;			/* of the frame on the air */
	u32 cw, tries;
	int count;			/* idle slots still to pass, or NOT_COUNTING */
	bool on_air;
	bool held;			/* the queue keeps its packets back for now */
};

struct dcf_sched {
	struct dcf_cell cell;
	struct dcf_way *ways;
	struct dcf_station *stations;
	u32 n_ways;
	bool busy;
	u64 start, end;			/* of the frames on the air, when busy */
	u64 idle;			/* when the air is, or was, free again */
	struct sk_buff_head out;	/* delivered */
	struct dcf_told told;
	struct rnd_state chance;
	struct qdisc_watchdog timer;
};

static const struct dcf_way *dcf_way(const struct dcf_sched *q, const struct sk_buff *skb)
{
	return &q->ways[skb->mark - 1];
}

static u64 dcf_airtime(const struct dcf_way *way, const struct sk_buff *skb)
{
	u32 half_bits = 16 * (skb->len + way->overhead) + way->extra;

	return (u64)way->before + (u64)DIV_ROUND_UP(half_bits, way->half_bits) * way->symbol + way->after;
}

static bool dcf_wants(const struct dcf_station *st)
{
	return st->frame || (st->queue->q.qlen && !st->held);
}

static void dcf_count_anew(struct dcf_sched *q, struct dcf_station *st)
{
	st->count = prandom_u32_state(&q->chance) & st->cw;
}

/* When a station begins to send, if the air stays idle. */
static u64 dcf_due(const struct dcf_sched *q, const struct dcf_station *st)
{
	u64 counted = q->idle + q->cell.difs + (u64)max(st->count, 0) * q->cell.slot;

	return dcf_wants(st) ? max(counted, st->since) : NEVER;
}

static u64 dcf_next(const struct dcf_sched *q)
{
	u64 next = NEVER;
	u32 i;

	if (q->busy)
		return q->end;
	for (i = 0; i < q->cell.stations; i++)
		next = min(next, dcf_due(q, &q->stations[i]));
	return next;
}

/* Put a station's frame on the air; its queue may drop what it had, or keep it back until it is asked again. */
static void dcf_send(struct dcf_sched *q, struct dcf_station *st, u64 at)
{
	if (!st->frame)
		st->frame = qdisc_dequeue_peeked(st->queue);
	st->held = !st->frame;
	if (st->held)
		return;
	st->on_air = true;
	st->end = at + dcf_airtime(dcf_way(q, st->frame), st->frame);
	q->end = q->busy ? max(q->end, st->end) : st->end;
	q->busy = true;
	q->told.sent++;
}

/* The air stops being idle: who is due before it can be heard sends too, the others keep what they have not counted. */
static void dcf_begin(struct dcf_sched *q, u64 at)
{
	u64 base = q->idle + q->cell.difs;
	u32 i, passed = at > base ? div_u64(at - base, q->cell.slot) : 0;

	for (i = 0; i < q->cell.stations; i++) {
		struct dcf_station *st = &q->stations[i];
		u64 due = dcf_due(q, st);

		if (due < at + q->cell.slot)
			dcf_send(q, st, due);
	}
	if (!q->busy)
		return;
	q->start = at;
	for (i = 0; i < q->cell.stations; i++) {
		struct dcf_station *st = &q->stations[i];

		if (st->on_air || st->count == NOT_COUNTING)
			continue;
		st->count -= passed;
		if (st->count <= 0)
			st->count = dcf_wants(st) ? 0 : NOT_COUNTING;
	}
}

static void dcf_lost(struct Qdisc *sch, struct dcf_station *st)
{
	struct dcf_sched *q = qdisc_priv(sch);

	if (++st->tries <= q->cell.retries) {
		st->cw = min(2 * st->cw + 1, q->cell.cw_max);
		return;
	}
	qdisc_qstats_backlog_dec(sch, st->frame);
	qdisc_qlen_dec(sch);
	qdisc_qstats_drop(sch);
	kfree_skb(st->frame);
	q->told.given_up++;
	st->frame = NULL;
}

/* The last frame on the air has ended: one alone arrives, unless it is damaged. */
static void dcf_finish(struct Qdisc *sch)
{
	struct dcf_sched *q = qdisc_priv(sch);
	u32 i, together = 0;
	u64 answer = 0;

	for (i = 0; i < q->cell.stations; i++)
		together += q->stations[i].on_air;
	for (i = 0; i < q->cell.stations; i++) {
		struct dcf_station *st = &q->stations[i];
		const struct dcf_way *way;

		if (!st->on_air)
			continue;
		st->on_air = false;
		way = dcf_way(q, st->frame);
		answer = max_t(u64, answer, way->answer);
		if (together == 1 && !(way->damaged && prandom_u32_state(&q->chance) < way->damaged)) {
			__skb_queue_tail(&q->out, st->frame);
			st->frame = NULL;
		} else {
			q->told.collided += together > 1;
			q->told.damaged += together == 1;
			dcf_lost(sch, st);
		}
		if (!st->frame) {
			st->cw = q->cell.cw_min;
			st->tries = 0;
		}
		dcf_count_anew(q, st);
	}
	q->told.collisions += together > 1;
	q->busy = false;
	q->idle = q->end + answer;
	q->told.busy += q->idle - q->start;
}

static void dcf_advance(struct Qdisc *sch, u64 now)
{
	struct dcf_sched *q = qdisc_priv(sch);
	u64 next;

	while ((next = dcf_next(q)) <= now) {
		if (q->busy)
			dcf_finish(sch);
		else
			dcf_begin(q, next);
	}
}

/* A station that had nothing to send has: it may have to count, or begin too late to hear who has just begun. */
static void dcf_wakes(struct dcf_sched *q, struct dcf_station *st, u64 now)
{
	st->since = now;
	if (st->count != NOT_COUNTING || (!q->busy && now >= q->idle))
		return;
	if (q->busy && now < q->start + q->cell.slot)
		dcf_send(q, st, now);
	else
		dcf_count_anew(q, st);
}

static int dcf_enqueue(struct sk_buff *skb, struct Qdisc *sch, struct sk_buff **to_free)
{
	struct dcf_sched *q = qdisc_priv(sch);
	unsigned int len = qdisc_pkt_len(skb);
	u64 now = ktime_get_ns();
	struct dcf_station *st;
	bool slept;
	int ret;

	if (!skb->mark || skb->mark > q->n_ways)
		return qdisc_drop(skb, sch, to_free);
	dcf_advance(sch, now);
	st = &q->stations[dcf_way(q, skb)->station];
	slept = st->held || !dcf_wants(st);
	st->held = false;
	ret = qdisc_enqueue(skb, st->queue, to_free);
	if (ret != NET_XMIT_SUCCESS) {
		if (net_xmit_drop_count(ret))
			qdisc_qstats_drop(sch);
		return ret;
	}
	qstats_backlog_add(sch, len);
	qdisc_qlen_inc(sch);
	if (slept)
		dcf_wakes(q, st, now);
	return ret;
}

/* Ask the queues again that kept their packets back: their own timers have us called. */
static void dcf_ask_again(struct dcf_sched *q, u64 now)
{
	u32 i;

	for (i = 0; i < q->cell.stations; i++) {
		struct dcf_station *st = &q->stations[i];

		if (st->held && st->queue->q.qlen) {
			st->held = false;
			dcf_wakes(q, st, now);
		}
	}
}

static struct sk_buff *dcf_dequeue(struct Qdisc *sch)
{
	struct dcf_sched *q = qdisc_priv(sch);
	u64 next, now = ktime_get_ns();
	struct sk_buff *skb;

	dcf_advance(sch, now);
	dcf_ask_again(q, now);
	dcf_advance(sch, now);
	skb = __skb_dequeue(&q->out);
	if (skb) {
		qdisc_qstats_backlog_dec(sch, skb);
		qdisc_qlen_dec(sch);
		qdisc_bstats_update(sch, skb);
		return skb;
	}
	next = dcf_next(q);
	if (next != NEVER)
		qdisc_watchdog_schedule_ns(&q->timer, next);
	return NULL;
}

static void dcf_reset(struct Qdisc *sch)
{
	struct dcf_sched *q = qdisc_priv(sch);
	u32 i;

	for (i = 0; i < q->cell.stations; i++) {
		struct dcf_station *st = &q->stations[i];

		qdisc_reset(st->queue);
		kfree_skb(st->frame);
		*st = (struct dcf_station){ .queue = st->queue, .cw = q->cell.cw_min, .count = NOT_COUNTING };
	}
	__skb_queue_purge(&q->out);
	q->busy = false;
	qdisc_watchdog_cancel(&q->timer);
}

static void dcf_destroy(struct Qdisc *sch)
{
	struct dcf_sched *q = qdisc_priv(sch);
	u32 i;

	qdisc_watchdog_cancel(&q->timer);
	for (i = 0; q->stations && i < q->cell.stations; i++) {
		kfree_skb(q->stations[i].frame);
		qdisc_put(q->stations[i].queue);
	}
	kfree(q->stations);
	kfree(q->ways);
}

static bool dcf_sane(const struct dcf_sched *q)
{
	u32 i;

	if (!q->cell.stations || !q->cell.slot || (q->cell.cw_min & (q->cell.cw_min + 1)))
		return false;
	for (i = 0; i < q->n_ways; i++)
		if (q->ways[i].station >= q->cell.stations || !q->ways[i].half_bits)
			return false;
	return true;
}

static const struct nla_policy dcf_policy[DCF_WAYS + 1] = {
	[DCF_CELL] = NLA_POLICY_EXACT_LEN(sizeof(struct dcf_cell)),
	[DCF_WAYS] = { .type = NLA_BINARY },
};

static int dcf_init(struct Qdisc *sch, struct nlattr *opt, struct netlink_ext_ack *extack)
{
	struct dcf_sched *q = qdisc_priv(sch);
	struct nlattr *tb[DCF_WAYS + 1];
	u32 i;
	int err;

	qdisc_watchdog_init(&q->timer, sch);
	__skb_queue_head_init(&q->out);
	if (!opt)
		return -EINVAL;
	err = nla_parse_nested(tb, DCF_WAYS, opt, dcf_policy, extack);
	if (err)
		return err;
	if (!tb[DCF_CELL] || !tb[DCF_WAYS])
		return -EINVAL;
	memcpy(&q->cell, nla_data(tb[DCF_CELL]), sizeof(q->cell));
	q->n_ways = nla_len(tb[DCF_WAYS]) / sizeof(*q->ways);
	q->ways = kmemdup(nla_data(tb[DCF_WAYS]), q->n_ways * sizeof(*q->ways), GFP_KERNEL);
	if (!q->ways)
		return -ENOMEM;
	if (!dcf_sane(q)) {
		NL_SET_ERR_MSG(extack, "dcf: no such station, or no time");
		return -EINVAL;
	}
	q->stations = kcalloc(q->cell.stations, sizeof(*q->stations), GFP_KERNEL);
	if (!q->stations)
		return -ENOMEM;
	for (i = 0; i < q->cell.stations; i++)
		q->stations[i] = (struct dcf_station){ .queue = &noop_qdisc, .cw = q->cell.cw_min, .count = NOT_COUNTING };
	prandom_seed_state(&q->chance, q->cell.seed);
	return 0;
}

/* Other airtimes for the same ways: frames keep their places, the one on the air its end. */
static int dcf_change(struct Qdisc *sch, struct nlattr *opt, struct netlink_ext_ack *extack)
{
	struct dcf_sched *q = qdisc_priv(sch);
	const struct dcf_way *ways;
	struct nlattr *tb[DCF_WAYS + 1];
	u32 i;
	int err;

	err = nla_parse_nested(tb, DCF_WAYS, opt, dcf_policy, extack);
	if (err)
		return err;
	if (!tb[DCF_WAYS] || nla_len(tb[DCF_WAYS]) != q->n_ways * sizeof(*ways))
		return -EINVAL;
	ways = nla_data(tb[DCF_WAYS]);
	for (i = 0; i < q->n_ways; i++)
		if (ways[i].station != q->ways[i].station || !ways[i].half_bits)
			return -EINVAL;
	sch_tree_lock(sch);
	memcpy(q->ways, ways, q->n_ways * sizeof(*ways));
	sch_tree_unlock(sch);
	return 0;
}

static int dcf_dump(struct Qdisc *sch, struct sk_buff *skb)
{
	struct dcf_sched *q = qdisc_priv(sch);
	struct nlattr *opts = nla_nest_start(skb, TCA_OPTIONS);

	if (!opts || nla_put(skb, DCF_CELL, sizeof(q->cell), &q->cell) ||
	    nla_put(skb, DCF_WAYS, q->n_ways * sizeof(*q->ways), q->ways)) {
		nla_nest_cancel(skb, opts);
		return -EMSGSIZE;
	}
	return nla_nest_end(skb, opts);
}

static int dcf_dump_stats(struct Qdisc *sch, struct gnet_dump *d)
{
	struct dcf_sched *q = qdisc_priv(sch);
	struct dcf_told told = q->told;

	return gnet_stats_copy_app(d, &told, sizeof(told));
}

static int dcf_graft(struct Qdisc *sch, unsigned long cl, struct Qdisc *new, struct Qdisc **old,
		     struct netlink_ext_ack *extack)
{
	struct dcf_sched *q = qdisc_priv(sch);

	*old = qdisc_replace(sch, new ? new : &noop_qdisc, &q->stations[cl - 1].queue);
	return 0;
}

static struct Qdisc *dcf_leaf(struct Qdisc *sch, unsigned long cl)
{
	struct dcf_sched *q = qdisc_priv(sch);

	return q->stations[cl - 1].queue;
}

static unsigned long dcf_find(struct Qdisc *sch, u32 classid)
{
	struct dcf_sched *q = qdisc_priv(sch);
	unsigned long cl = TC_H_MIN(classid);

	return cl <= q->cell.stations ? cl : 0;
}

static int dcf_dump_class(struct Qdisc *sch, unsigned long cl, struct sk_buff *skb, struct tcmsg *tcm)
{
	tcm->tcm_handle |= TC_H_MIN(cl);
	tcm->tcm_info = dcf_leaf(sch, cl)->handle;
	return 0;
}

static void dcf_walk(struct Qdisc *sch, struct qdisc_walker *arg)
{
	struct dcf_sched *q = qdisc_priv(sch);
	u32 i;

	for (i = 0; !arg->stop && i < q->cell.stations; i++)
		if (!tc_qdisc_stats_dump(sch, i + 1, arg))
			break;
}

static const struct Qdisc_class_ops dcf_class_ops = {
	.graft = dcf_graft,
	.leaf = dcf_leaf,
	.find = dcf_find,
	.walk = dcf_walk,
	.dump = dcf_dump_class,
};

static struct Qdisc_ops dcf_qdisc_ops __read_mostly = {
	.cl_ops = &dcf_class_ops,
	.id = "dcf",
	.priv_size = sizeof(struct dcf_sched),
	.enqueue = dcf_enqueue,
	.dequeue = dcf_dequeue,
	.peek = qdisc_peek_dequeued,
	.init = dcf_init,
	.change = dcf_change,
	.reset = dcf_reset,
	.destroy = dcf_destroy,
	.dump = dcf_dump,
	.dump_stats = dcf_dump_stats,
	.owner = THIS_MODULE,
};

static int __init dcf_module_init(void)
{
	return register_qdisc(&dcf_qdisc_ops);
}
module_init(dcf_module_init);

static void __exit dcf_module_exit(void)
{
	unregister_qdisc(&dcf_qdisc_ops);
}
module_exit(dcf_module_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("IEEE 802.11 distributed coordination function");
