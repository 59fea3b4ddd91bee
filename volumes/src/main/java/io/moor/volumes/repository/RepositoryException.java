package io.moor.volumes.repository;

import java.io.IOException;

/** The repository could not do what it was asked. The message says what to do. */
public class RepositoryException extends IOException {

    private static final long serialVersionUID = 1;

    public RepositoryException(String message) {
        super(message);
    }

    public RepositoryException(String message, Throwable cause) {
        super(message, cause);
    }
}
