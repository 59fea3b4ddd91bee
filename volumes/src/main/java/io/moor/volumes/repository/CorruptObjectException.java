package io.moor.volumes.repository;

/** An object is not what was written: it is refused, nothing of it is used. */
public final class CorruptObjectException extends RepositoryException {

    private static final long serialVersionUID = 1;

    /**
     * @param object its key, or what it is
     */
    public CorruptObjectException(String object, String reason) {
        super(object + " is damaged or was not written by Moor: " + reason);
    }
}
