package io.moor.demo;

/** The story cannot go on. The message is one line that says why. */
public final class StoryException extends Exception {
    public StoryException(String message) {
        super(message);
    }
}
