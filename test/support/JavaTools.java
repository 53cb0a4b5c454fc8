import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.utils.Exit;

/**
 * Runs Kafka's tools one after the other, each as if the JVM were its own, and ends with its standard input.
 * In: stdin as i32 length and bytes, i32 count of words, each i32 length and UTF-8; the first is the class.
 * Out: i32 exit code, stdout and stderr likewise; one empty answer comes first, when the JVM is up.
 */
public class JavaTools {
    private static volatile CompletableFuture<Integer> exitCode = new CompletableFuture<>();
    private static final Queue<Runnable> atExit = new ConcurrentLinkedQueue<>();

    public static void main(String[] none) throws Exception {
        DataInputStream in = new DataInputStream(new BufferedInputStream(System.in));
        DataOutputStream answers = new DataOutputStream(new BufferedOutputStream(System.out));
        Exit.setExitProcedure(JavaTools::exit);
        Exit.setHaltProcedure(JavaTools::exit);
        Exit.setShutdownHookAdder((name, hook) -> atExit.add(hook));
        answer(answers, 0, new byte[0], new byte[0]);
        try {
            for (;;) {
                byte[] stdin = in.readNBytes(in.readInt());
                String[] words = new String[in.readInt()];
                for (int at = 0; at < words.length; at++)
                    words[at] = new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
                run(stdin, words, answers);
            }
        } catch (EOFException done) {
            Runtime.getRuntime().halt(0);
        }
    }

    private static void run(byte[] stdin, String[] words, DataOutputStream answers) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        System.setIn(new ByteArrayInputStream(stdin));
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        CompletableFuture<Integer> code = exitCode = new CompletableFuture<>();
        Thread tool = new Thread(() -> call(words, code), "main");
        tool.setDaemon(true);
        tool.start();
        int exitCode = code.get();
        // A console producer sends the rest only here.
        for (Runnable hook; (hook = atExit.poll()) != null;) hook.run();
        answer(answers, exitCode, out.toByteArray(), err.toByteArray());
    }

    private static void call(String[] words, CompletableFuture<Integer> code) {
        try {
            Object args = Arrays.copyOfRange(words, 1, words.length);
            Class<?> tool = Class.forName(words[0]);
            beginAnew(tool);
            tool.getMethod("main", String[].class).invoke(null, args);
            code.complete(0);
        } catch (InvocationTargetException thrown) {
            thrown.getCause().printStackTrace();
            code.complete(1);
        } catch (ReflectiveOperationException | LinkageError wrong) {
            wrong.printStackTrace();
            code.complete(1);
        }
    }

    /** The console consumer counts in a static field what it has printed, and ends by it. */
    private static void beginAnew(Class<?> tool) throws ReflectiveOperationException {
        for (Field field : tool.getDeclaredFields())
            if (field.getName().equals("messageCount")) {
                field.setAccessible(true);
                field.setInt(null, 0);
            }
    }

    /** Nothing runs after a real exit either. */
    private static void exit(int code, String message) {
        exitCode.complete(code);
        for (;;) LockSupport.park();
    }

    private static void answer(DataOutputStream answers, int code, byte[] out, byte[] err) throws Exception {
        answers.writeInt(code);
        for (byte[] text : new byte[][] {out, err}) {
            answers.writeInt(text.length);
            answers.write(text);
        }
        answers.flush();
    }
}
