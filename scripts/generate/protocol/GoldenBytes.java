import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;

import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.MessageUtil;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/**
 * Lets Kafka's own classes encode messages. Reads lines "name TAB version TAB json" (json empty: the message
 * as its constructor makes it) and prints a line "hex TAB json" for each. int64 come out as "123n".
 */
public class GoldenBytes {
    private static final List<String> PACKAGES = List.of(
        "org.apache.kafka.common.message.",
        "org.apache.kafka.common.metadata.",
        "org.apache.kafka.coordinator.group.generated.",
        "org.apache.kafka.coordinator.transaction.generated.",
        "org.apache.kafka.coordinator.share.generated.",
        "org.apache.kafka.raft.generated.",
        "org.apache.kafka.server.log.remote.metadata.storage.generated.",
        "org.apache.kafka.storage.internals.log.generated.",
        "org.apache.kafka.server.storage.log.generated.");

    public static void main(String[] args) throws Exception {
        var mapper = new ObjectMapper();
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var out = new java.io.PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            var parts = line.split("\t", 3);
            short version = Short.parseShort(parts[1]);
            try {
                var type = find(parts[0]);
                var message = parts[2].isEmpty()
                    ? (Message) type.getConstructor().newInstance()
                    : read(type, mapper.readTree(parts[2]), version);
                var buffer = MessageUtil.toByteBufferAccessor(message, version).buffer();
                var bytes = new byte[buffer.remaining()];
                buffer.get(bytes);
                var json = markLongs(write(type, message, version));
                out.println(HexFormat.of().formatHex(bytes) + "\t" + mapper.writeValueAsString(json));
            } catch (Exception e) {
                var cause = e instanceof InvocationTargetException ? e.getCause() : e;
                throw new IllegalStateException(line, cause);
            }
        }
        out.flush();
    }

    private static Class<?> find(String name) throws ClassNotFoundException {
        for (String prefix : PACKAGES) {
            for (String suffix : List.of("Data", "")) {
                try {
                    return Class.forName(prefix + name + suffix);
                } catch (ClassNotFoundException e) {
                    // The next package may have it.
                }
            }
        }
        throw new ClassNotFoundException(name);
    }

    private static Message read(Class<?> type, JsonNode json, short version) throws Exception {
        var converter = Class.forName(type.getName() + "JsonConverter");
        return (Message) converter.getMethod("read", JsonNode.class, short.class).invoke(null, json, version);
    }

    private static JsonNode write(Class<?> type, Message message, short version) throws Exception {
        var converter = Class.forName(type.getName() + "JsonConverter");
        return (JsonNode) converter.getMethod("write", type, short.class).invoke(null, message, version);
    }

    /** JavaScript would round what has more than 53 bits. */
    private static JsonNode markLongs(JsonNode node) {
        if (node instanceof LongNode) return new TextNode(node.asText() + "n");
        if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) array.set(i, markLongs(array.get(i)));
        }
        if (node instanceof ObjectNode object) {
            object.properties().forEach(entry -> entry.setValue(markLongs(entry.getValue())));
        }
        return node;
    }
}
