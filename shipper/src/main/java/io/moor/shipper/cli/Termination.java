package io.moor.shipper.cli;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * SIGTERM and SIGINT as orders: the first asks for an orderly end, the second ends the process at
 * once. A shutdown hook could not choose the exit code and does not see a second signal, so this
 * uses {@code sun.misc.Signal} of the module jdk.unsupported; by reflection, because javac warns of
 * its name in a way that cannot be switched off.
 */
public final class Termination {

    private static final List<String> SIGNALS = List.of("TERM", "INT");

    private Termination() {}

    /**
     * For programs that may leave something unshipped behind: the second signal ends them with 3.
     *
     * @param first what the first signal asks for; runs on a thread of its own
     */
    public static void onSignal(Runnable first) {
        onSignal(first, ExitCode.NOT_EXTERNALIZED);
    }

    /**
     * @param first what the first signal asks for; runs on a thread of its own
     * @param second how the process ends when a second signal comes
     */
    public static void onSignal(Runnable first, ExitCode second) {
        AtomicBoolean ordered = new AtomicBoolean();
        Runnable order =
                () -> {
                    if (ordered.compareAndSet(false, true)) {
                        Thread.ofPlatform().name("moor-signal").daemon().start(first);
                    } else {
                        Runtime.getRuntime().halt(second.number());
                    }
                };
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Object handler =
                    Proxy.newProxyInstance(
                            Termination.class.getClassLoader(),
                            new Class<?>[] {handlerType},
                            (_, method, _) -> {
                                if (method.getName().equals("handle")) {
                                    order.run();
                                }
                                return null;
                            });
            for (String name : SIGNALS) {
                signal.getMethod("handle", signal, handlerType)
                        .invoke(
                                null,
                                signal.getConstructor(String.class).newInstance(name),
                                handler);
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM has no sun.misc.Signal", e);
        }
    }
}
