/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What sch_dcf.c needs and older kernels lack (Linux 6.1 of Debian 12 is the oldest), and what only a module needs.
 * The Makefile includes it before the source, and says what is lacking.
 */
#include <linux/module.h>
#include <net/pkt_sched.h>

#ifdef LACKS_qdisc_qlen_inc
static inline void qdisc_qlen_inc(struct Qdisc *sch)
{
	sch->q.qlen++;
}
#endif

#ifdef LACKS_qdisc_qlen_dec
static inline void qdisc_qlen_dec(struct Qdisc *sch)
{
	sch->q.qlen--;
}
#endif

#ifdef LACKS_qstats_backlog_add
static inline void qstats_backlog_add(struct Qdisc *sch, unsigned int bytes)
{
	sch->qstats.backlog += bytes;
}
#endif

/* By this name a newer kernel looks for the module of a qdisc; an older one by that of the file. */
#ifdef MODULE_ALIAS_NET_SCH
MODULE_ALIAS_NET_SCH("dcf");
#endif

#ifdef DCF_VERSION
MODULE_VERSION(DCF_VERSION);
#endif
