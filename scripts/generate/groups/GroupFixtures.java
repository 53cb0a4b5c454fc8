import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.consumer.internals.ConsumerProtocol;
import org.apache.kafka.common.*;
import java.nio.ByteBuffer;
import java.util.*;
import java.util.stream.*;

/**
 * Prints, as JSON, what the assignors and group messages of Kafka make of random groups (seeded: the output stays the same):
 * `java -cp "LIBS/*" scripts/generate/groups/GroupFixtures.java > test/fixtures/groups/java.json`.
 */
public class GroupFixtures {
    static String q(String s) { return s == null ? "null" : "\"" + s + "\""; }
    static String hex(ByteBuffer b) { if (b == null) return null; StringBuilder s = new StringBuilder(); ByteBuffer d = b.duplicate(); while (d.hasRemaining()) s.append(String.format("%02x", d.get())); return s.toString(); }
    static String parts(Collection<TopicPartition> ps) { return ps.stream().map(p -> "[\"" + p.topic() + "\"," + p.partition() + "]").collect(Collectors.joining(",", "[", "]")); }

    public static void main(String[] args) throws Exception {
        Random random = new Random(7);
        List<String> cases = new ArrayList<>();
        for (int n = 0; n < 60; n++) {
            int topics = 1 + random.nextInt(4), members = 1 + random.nextInt(6);
            boolean same = random.nextBoolean();
            Node node = new Node(0, "h", 1);
            List<PartitionInfo> infos = new ArrayList<>();
            Map<String, Integer> counts = new TreeMap<>();
            for (int t = 0; t < topics; t++) {
                int count = random.nextInt(9);
                counts.put("topic" + t, count);
                for (int p = 0; p < count; p++) infos.add(new PartitionInfo("topic" + t, p, node, new Node[]{node}, new Node[]{node}));
            }
            Cluster cluster = new Cluster("c", List.of(node), infos, Set.of(), Set.of());
            Map<String, ConsumerPartitionAssignor.Subscription> subs = new LinkedHashMap<>();
            List<String> described = new ArrayList<>();
            List<String> all = new ArrayList<>(counts.keySet());
            for (int m = 0; m < members; m++) {
                String id = "m" + random.nextInt(1000) + "-" + m;
                List<String> wanted = new ArrayList<>(all);
                if (!same) { wanted.removeIf(x -> random.nextInt(3) == 0); if (wanted.isEmpty()) wanted.add(all.get(0)); }
                Collections.shuffle(wanted, random);
                ConsumerPartitionAssignor.Subscription s = new ConsumerPartitionAssignor.Subscription(wanted);
                String instance = random.nextInt(4) == 0 ? "i" + random.nextInt(100) + "x" + m : null;
                if (instance != null) s.setGroupInstanceId(Optional.of(instance));
                subs.put(id, s);
                described.add("{\"memberId\":" + q(id) + ",\"instanceId\":" + q(instance) + ",\"topics\":" + wanted.stream().map(GroupFixtures::q).collect(Collectors.joining(",", "[", "]")) + "}");
            }
            StringBuilder out = new StringBuilder("{\"counts\":{");
            out.append(counts.entrySet().stream().map(e -> q(e.getKey()) + ":" + e.getValue()).collect(Collectors.joining(","))).append("},\"members\":[").append(String.join(",", described)).append("]");
            for (ConsumerPartitionAssignor a : List.of(new RangeAssignor(), new RoundRobinAssignor(), new StickyAssignor())) {
                Map<String, ConsumerPartitionAssignor.Assignment> result = a.assign(cluster, new ConsumerPartitionAssignor.GroupSubscription(subs)).groupAssignment();
                out.append(",").append(q(a.name())).append(":{").append(new TreeMap<>(result).entrySet().stream().map(e -> q(e.getKey()) + ":" + parts(e.getValue().partitions())).collect(Collectors.joining(","))).append("}");
            }
            cases.add(out.append("}").toString());
        }
        List<TopicPartition> owned = List.of(new TopicPartition("b", 2), new TopicPartition("a", 1), new TopicPartition("b", 0));
        StickyAssignor sticky = new StickyAssignor();
        CooperativeStickyAssignor cooperative = new CooperativeStickyAssignor();
        String nothing = hex(cooperative.subscriptionUserData(Set.of("a")));
        ConsumerGroupMetadata meta = new ConsumerGroupMetadata("g", 5, "m", Optional.empty());
        sticky.onAssignment(new ConsumerPartitionAssignor.Assignment(owned), meta);
        cooperative.onAssignment(new ConsumerPartitionAssignor.Assignment(owned), meta);
        StringBuilder bytes = new StringBuilder("{");
        bytes.append("\"subscription\":").append(q(hex(ConsumerProtocol.serializeSubscription(new ConsumerPartitionAssignor.Subscription(List.of("b", "a"), null, owned, 5, Optional.of("rack1"))))));
        for (short v = 0; v <= 2; v++)
            bytes.append(",\"subscription").append(v).append("\":").append(q(hex(ConsumerProtocol.serializeSubscription(new ConsumerPartitionAssignor.Subscription(List.of("b", "a"), null, owned, 5, Optional.of("rack1")), v))));
        bytes.append(",\"assignment\":").append(q(hex(ConsumerProtocol.serializeAssignment(new ConsumerPartitionAssignor.Assignment(owned)))));
        bytes.append(",\"stickyUserData\":").append(q(hex(sticky.subscriptionUserData(Set.of("a")))));
        bytes.append(",\"cooperativeUserData\":").append(q(hex(cooperative.subscriptionUserData(Set.of("a")))));
        bytes.append(",\"cooperativeUserDataAtFirst\":").append(q(nothing)).append("}");
        System.out.println("{\"bytes\":" + bytes + ",\n\"cases\":[\n" + String.join(",\n", cases) + "\n],\n\"racks\":[\n" + String.join(",\n", rackCases()) + "\n]}");
    }

    /** Members and replicas in racks, some without; the same counts of partitions often, for topics that are partitioned alike. */
    static List<String> rackCases() {
        Random random = new Random(11);
        List<String> cases = new ArrayList<>();
        for (int n = 0; n < 60; n++) {
            int racks = 1 + random.nextInt(4), brokers = 1 + random.nextInt(5), topics = 1 + random.nextInt(3), members = 1 + random.nextInt(6);
            boolean same = random.nextInt(3) > 0;
            List<Node> nodes = new ArrayList<>();
            for (int b = 0; b < brokers; b++) nodes.add(new Node(b, "h", 1, random.nextInt(8) == 0 ? null : "r" + random.nextInt(racks)));
            List<PartitionInfo> infos = new ArrayList<>();
            List<String> described = new ArrayList<>(), all = new ArrayList<>();
            int common = 1 + random.nextInt(9);
            for (int t = 0; t < topics; t++) {
                String topic = "topic" + t;
                all.add(topic);
                int count = random.nextInt(3) == 0 ? 1 + random.nextInt(9) : common, replicas = 1 + random.nextInt(Math.min(3, brokers));
                List<String> partitions = new ArrayList<>();
                for (int p = 0; p < count; p++) {
                    List<Node> order = new ArrayList<>(nodes);
                    Collections.shuffle(order, random);
                    Node[] chosen = order.subList(0, replicas).toArray(new Node[0]);
                    infos.add(new PartitionInfo(topic, p, chosen[0], chosen, chosen));
                    partitions.add(Arrays.stream(chosen).map(Node::rack).filter(Objects::nonNull).distinct().map(GroupFixtures::q).collect(Collectors.joining(",", "[", "]")));
                }
                described.add(q(topic) + ":[" + String.join(",", partitions) + "]");
            }
            Map<String, ConsumerPartitionAssignor.Subscription> subs = new LinkedHashMap<>();
            List<String> who = new ArrayList<>();
            for (int m = 0; m < members; m++) {
                String id = "m" + random.nextInt(1000) + "-" + m, rack = random.nextInt(6) == 0 ? null : "r" + random.nextInt(racks + 1);
                List<String> wanted = new ArrayList<>(all);
                if (!same) { wanted.removeIf(x -> random.nextInt(3) == 0); if (wanted.isEmpty()) wanted.add(all.get(0)); }
                subs.put(id, new ConsumerPartitionAssignor.Subscription(wanted, null, List.of(), -1, Optional.ofNullable(rack)));
                who.add("{\"memberId\":" + q(id) + ",\"rackId\":" + q(rack) + ",\"topics\":" + wanted.stream().map(GroupFixtures::q).collect(Collectors.joining(",", "[", "]")) + "}");
            }
            Cluster cluster = new Cluster("c", nodes, infos, Set.of(), Set.of());
            Map<String, ConsumerPartitionAssignor.Assignment> result = new RangeAssignor().assign(cluster, new ConsumerPartitionAssignor.GroupSubscription(subs)).groupAssignment();
            Map<String, List<TopicPartition>> even = new StickyAssignor().assign(cluster, new ConsumerPartitionAssignor.GroupSubscription(subs)).groupAssignment().entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().partitions()));
            cases.add("{\"racks\":{" + String.join(",", described) + "},\"members\":[" + String.join(",", who) + "],\"range\":{" + new TreeMap<>(result).entrySet().stream().map(e -> q(e.getKey()) + ":" + parts(e.getValue().partitions())).collect(Collectors.joining(",")) + "},\"sticky\":{" + new TreeMap<>(even).entrySet().stream().map(e -> q(e.getKey()) + ":" + parts(e.getValue())).collect(Collectors.joining(",")) + "}}");
        }
        return cases;
    }
}
