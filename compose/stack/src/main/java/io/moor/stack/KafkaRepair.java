package io.moor.stack;

import org.apache.kafka.common.Node;
import org.apache.kafka.metadata.MetadataCache;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Mends KAFKA-20734 in the brokers of this JVM. Kafka 4.4.0 takes a partition that has no leader
 * just now for a deleted one, and a transaction that is being committed or aborted for ended there.
 * After the death of a broker that has no second one, its last transaction then stays open in its
 * partitions for ever, and readers of committed records stand still before it. A partition without
 * a leader has the endpoint "no node" again, which makes the coordinator wait for one.
 */
public final class KafkaRepair {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaRepair.class);

    private static final String BROKEN = "KRaftMetadataCache";
    private static final ClassDesc OPTIONAL = ClassDesc.of("java.util.Optional");

    private static boolean done;

    private KafkaRepair() {}

    /** Before the first broker of this JVM; later calls do nothing. */
    public static synchronized void apply() {
        if (done) {
            return;
        }
        done = true;
        try (InputStream broken = MetadataCache.class.getResourceAsStream(BROKEN + ".class")) {
            if (broken == null) {
                return;
            }
            ClassFile files = ClassFile.of();
            ClassModel cache = files.parse(broken.readAllBytes());
            if (cache.methods().stream().filter(KafkaRepair::isLookOfLeader).count() != 1) {
                // Another version of Kafka, which another look has to be taken at.
                LOG.atWarn().log("this Kafka looks for leaders in a way that is not known here");
                return;
            }
            MethodHandles.privateLookupIn(MetadataCache.class, MethodHandles.lookup())
                    .defineClass(files.transformClass(cache, mended()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("Kafka's classes cannot be reached", e);
        }
    }

    /** What the broker does for a partition that exists: it looks for its leader's endpoint. */
    private static boolean isLookOfLeader(MethodModel method) {
        return method.methodName().stringValue().startsWith("lambda$getPartitionLeaderEndpoint$")
                && method.methodType().stringValue().contains("PartitionRegistration;)")
                && method.methodTypeSymbol().returnType().equals(OPTIONAL);
    }

    private static ClassTransform mended() {
        CodeTransform or =
                (code, element) -> {
                    if (element instanceof ReturnInstruction end
                            && end.opcode() == Opcode.ARETURN) {
                        code.invokestatic(
                                ClassDesc.of(KafkaRepair.class.getName()),
                                "orNoNode",
                                MethodTypeDesc.of(OPTIONAL, OPTIONAL));
                    }
                    code.with(element);
                };
        Predicate<MethodModel> which = KafkaRepair::isLookOfLeader;
        return ClassTransform.transformingMethodBodies(which, or);
    }

    /** Called by Kafka. */
    public static Optional<Node> orNoNode(Optional<Node> leader) {
        return leader.or(() -> Optional.of(Node.noNode()));
    }
}
