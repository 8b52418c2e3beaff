"""What tc(8) and ovs-ofctl(8) printed of a line and a DSLAM of Castres-Mazamet, shortened."""

from __future__ import annotations

QUEUES = """\
qdisc htb 9: root refcnt 2 r2q 10 default 0x1 direct_packets_stat 0 direct_qlen 1000
 Sent 209138 bytes 1979 pkt (dropped 34, overlimits 1979 requeues 0)
 backlog 0b 0p requeues 0
qdisc bfifo 10: parent 1:1 limit 6784b
 Sent 208396 bytes 1966 pkt (dropped 34, overlimits 0 requeues 0)
 backlog 0b 0p requeues 0
qdisc fq_codel 12: dev homes.a parent 1:2 limit 200p flows 256 memory_limit 18Kb ecn drop_batch 1
 Sent 106 bytes 1 pkt (dropped 0, overlimits 0 requeues 0)
 backlog 2Kb 3p requeues 0
  maxpacket 106 drop_overlimit 0 new_flow_count 1 ecn_mark 0
qdisc ets 1: parent 9:1 bands 2 strict 1 quanta 33920
 Sent 209138 bytes 1979 pkt (dropped 34, overlimits 0 requeues 0)
 backlog 0b 0p requeues 0
qdisc clsact ffff: parent ffff:fff1
 Sent 164996 bytes 958 pkt (dropped 0, overlimits 0 requeues 0)
 backlog 0b 0p requeues 0
class htb 9:1 root leaf 1: prio 0 rate 512Kbit ceil 512Kbit burst 12b cburst 12b
 Sent 213060 bytes 2016 pkt (dropped 34, overlimits 2016 requeues 0)
 backlog 1378b 13p requeues 0
 lended: 2016 borrowed: 0 giants: 0
 tokens: -24656 ctokens: -24656

class fq_codel 12:b1 parent 12:
 (dropped 0, overlimits 0 requeues 0)
 backlog 0b 0p requeues 0
class ets 1:1 root leaf 10:
 Sent 212318 bytes 2003 pkt (dropped 34, overlimits 0 requeues 0)
 backlog 1378b 13p requeues 0
class ets 1:2 root leaf 12: quantum 33920
 Sent 53 bytes 1 pkt (dropped 0, overlimits 0 requeues 0)
 backlog 0b 0p requeues 0
"""
OF_CELL = """\
qdisc dcf 2: root refcnt 2 [Unknown qdisc, optlen=120]
 Sent 2765592 bytes 8016 pkt (dropped 180, overlimits 0 requeues 0)
 backlog 0b 0p requeues 0
"""
FLOWS = """\
OFPST_FLOW reply (OF1.3) (xid=0x2):
 cookie=0x0, table=3, n_packets=7, n_bytes=700, priority=300,udp,nw_dst=239.192.0.3 actions=group:16777219
 cookie=0x0, duration=9.7s, table=0, n_packets=0, n_bytes=0, priority=0 actions=drop
 cookie=0x0, table=0, n_packets=4, n_bytes=232, idle_age=1, priority=200,ip,in_port=1 actions=meter:3,goto_table:2
"""
GROUPS = """\
OFPST_GROUP_DESC reply (OF1.3) (xid=0x2):
 group_id=196610,type=ff,bucket=watch_port:3,actions=output:3,bucket=watch_port:2,actions=output:2
 group_id=7,type=all,bucket=actions=output:5
OFPST_GROUP reply (OF1.3) (xid=0x6):
 group_id=196610,duration=14.8s,ref_count=1,packet_count=1024,byte_count=176456,bucket0:packet_count=1024,byte_count=176456
"""
METERS = """\
OFPST_METER_CONFIG reply (OF1.3) (xid=0x2):
meter=3 kbps burst bands=
type=drop rate=100 burst_size=32

meter=1 pktps burst bands=
type=drop rate=10 burst_size=10
OFPST_METER reply (OF1.3) (xid=0x2):
meter:3 flow_count:1 packet_in_count:1652 byte_in_count:353356 duration:213.185s bands:
0: packet_count:19 byte_count:4066

meter:1 flow_count:1 packet_in_count:147 byte_in_count:6762 duration:213.184s bands:
0: packet_count:0 byte_count:0
"""
