package io.moor.stack;

/**
 * The stack could not do what was asked. The message is one line that says what happened and what
 * to do; it never holds a secret.
 */
public final class StackException extends RuntimeException {

    /** A failure that an operator can act on without a stack trace. */
    public StackException(String message) {
        super(message);
    }

    /** The same, with the technical cause for the log. */
    public StackException(String message, Throwable cause) {
        super(message, cause);
    }

    /** What to show of any failure in one line: its own message, or its class when it has none. */
    static String oneLine(Throwable failure) {
        String message = failure.getMessage();
        String text =
                message == null || failure instanceof StackException
                        ? message
                        : kind(failure) + message;
        return text == null
                ? failure.getClass().getSimpleName()
                : text.lines().findFirst().orElse("");
    }

    /** File system exceptions carry only a path, so their class is half of the message. */
    private static String kind(Throwable failure) {
        return failure.getClass().getSimpleName().replace("Exception", "") + ": ";
    }
}
