package io.moor.stack;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Gives JUnit tests a running stack: {@code @ExtendWith(EmbeddedStackExtension.class)}, then a
 * parameter of type {@link StackEndpoints} in a constructor, a lifecycle method or a test.
 *
 * <p>One stack, in a temporary directory, serves all test classes of a JVM, starts when it is first
 * asked for, and ends with the test run. So tests share it: they choose unique topic and bucket
 * names and make their own database with {@link StackEndpoints#newDatabase}. Tests that kill
 * servers start a stack of their own ({@link EmbeddedStack} ).
 */
public final class EmbeddedStackExtension implements ParameterResolver {

    private static final String PREFIX = "moor-test-stack-";
    private static final Namespace NAMESPACE = Namespace.create(EmbeddedStackExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == StackEndpoints.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(Shared.class, key -> Shared.start(), Shared.class)
                .stack()
                .endpoints();
    }

    /** JUnit closes it when the last test class is done. */
    private record Shared(EmbeddedStack stack, Path directory) implements AutoCloseable {

        static Shared start() {
            try {
                AbandonedStacks.sweep(Path.of(System.getProperty("java.io.tmpdir")), PREFIX);
                Path directory = Files.createTempDirectory(PREFIX);
                return new Shared(EmbeddedStack.start(StackOptions.in(directory)), directory);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            stack.close();
            StackDirectory.deleteTree(directory);
        }
    }
}
