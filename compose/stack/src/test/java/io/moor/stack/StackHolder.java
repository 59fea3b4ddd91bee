package io.moor.stack;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * A JVM with a stack in it and no care for signals, as that of a test run is: {@link StackLifeIT}.
 */
final class StackHolder {

    private StackHolder() {}

    static void main(String[] arguments) throws InterruptedException {
        EmbeddedStack stack = EmbeddedStack.start(StackOptions.in(Path.of(arguments[0])));
        System.out.println("ready at " + stack.endpoints().kafka());
        new CountDownLatch(1).await();
    }
}
