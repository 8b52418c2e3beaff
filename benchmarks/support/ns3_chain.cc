// The peer of benchmarks/chain.py: the same routed chain in ns-3. Nine 100 Mbit/s spans of 50 us between ten nodes;
// "tcp": one TCP connection for ten seconds; "udp": 90 Mbit/s of 1400-byte datagrams for four seconds.
// Prints one JSON line with what arrived.
#include <cstdio>
#include <cstring>

#include "ns3/applications-module.h"
#include "ns3/core-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/point-to-point-module.h"

using namespace ns3;

int main(int argc, char *argv[])
{
    const bool tcp = argc < 2 || std::strcmp(argv[1], "tcp") == 0;
    const double seconds = tcp ? 10.0 : 4.0;
    const uint32_t spans = 9;
    const uint16_t port = 5000;

    Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(1448));
    Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(4 << 20));
    Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(4 << 20));
    Config::SetDefault("ns3::TcpL4Protocol::SocketType", StringValue("ns3::TcpCubic"));

    NodeContainer nodes;
    nodes.Create(spans + 1);
    InternetStackHelper().Install(nodes);

    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", StringValue("100Mbps"));
    link.SetChannelAttribute("Delay", StringValue("50us"));
    link.SetQueue("ns3::DropTailQueue", "MaxSize", StringValue("1000p"));
    Ipv4AddressHelper addresses("10.0.0.0", "255.255.255.0");
    Ipv4Address last;
    for (uint32_t i = 0; i < spans; ++i)
    {
        last = addresses.Assign(link.Install(nodes.Get(i), nodes.Get(i + 1))).GetAddress(1);
        addresses.NewNetwork();
    }
    Ipv4GlobalRoutingHelper::PopulateRoutingTables();

    const InetSocketAddress sink(last, port);
    const char *factory = tcp ? "ns3::TcpSocketFactory" : "ns3::UdpSocketFactory";
    ApplicationContainer receiver = PacketSinkHelper(factory, sink).Install(nodes.Get(spans));
    ApplicationContainer sender;
    if (tcp)
    {
        BulkSendHelper bulk(factory, sink);
        bulk.SetAttribute("MaxBytes", UintegerValue(0));
        sender = bulk.Install(nodes.Get(0));
    }
    else
    {
        OnOffHelper constant(factory, sink);
        constant.SetConstantRate(DataRate("90Mbps"), 1400);
        sender = constant.Install(nodes.Get(0));
    }
    sender.Start(Seconds(0.0));
    sender.Stop(Seconds(seconds));
    Simulator::Stop(Seconds(seconds));
    Simulator::Run();
    const uint64_t bytes = DynamicCast<PacketSink>(receiver.Get(0))->GetTotalRx();
    std::printf("{\"bytes\": %lu, \"mbit_s\": %.3f}\n", bytes, bytes * 8 / seconds / 1e6);
    Simulator::Destroy();
    return 0;
}
