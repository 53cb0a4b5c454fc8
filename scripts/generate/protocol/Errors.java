import org.apache.kafka.common.errors.RetriableException;

/** Prints Kafka's error codes, one a line: code, name, retriable, exception, message, separated by tabs. */
public class Errors {
    public static void main(String[] args) {
        for (var error : org.apache.kafka.common.protocol.Errors.values()) {
            var exception = error.exception();
            System.out.println(String.join("\t",
                String.valueOf(error.code()),
                error.name(),
                String.valueOf(exception instanceof RetriableException),
                exception == null ? "" : exception.getClass().getSimpleName(),
                error.message() == null || exception == null ? "" : error.message()));
        }
    }
}
