package io.moor.volumes;

/**
 * How an external program ended.
 *
 * @param program its name
 * @param exit its exit code
 * @param output the beginning of what it wrote to stdout, without blanks around it
 * @param errors the beginning of what it wrote to stderr, without blanks around it
 */
record CommandResult(String program, int exit, String output, String errors) {

    boolean succeeded() {
        return exit == 0;
    }

    /** What it said, on one line, for a message to an operator. */
    String words() {
        String said = errors.isEmpty() ? output : errors;
        String line = said.lines().map(String::strip).reduce("", CommandResult::joined);
        return program + " ended with " + exit + (line.isEmpty() ? "" : ": " + line);
    }

    private static String joined(String before, String line) {
        if (line.isEmpty()) {
            return before;
        }
        return before.isEmpty() ? line : before + "; " + line;
    }
}
