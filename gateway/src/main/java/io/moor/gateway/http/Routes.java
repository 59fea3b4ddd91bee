package io.moor.gateway.http;

import java.util.LinkedHashMap;
import java.util.Map;

/** Which code answers which operation of the OpenAPI file. */
public final class Routes {

    /** Answers a request; runs on a virtual thread and blocks only through {@link Blocking}. */
    public interface Handler {
        Reply answer(Request request);
    }

    private final Map<String, Handler> handlers = new LinkedHashMap<>();

    /** Binds an operation, once. */
    public Routes on(String operationId, Handler handler) {
        if (handlers.put(operationId, handler) != null) {
            throw new IllegalStateException(operationId + " is bound twice");
        }
        return this;
    }

    Map<String, Handler> handlers() {
        return Map.copyOf(handlers);
    }
}
