package io.moor.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

import io.moor.gateway.access.Role;
import io.moor.gateway.problem.Problem;
import io.moor.gateway.problem.ProblemType;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The OpenAPI file: what is served as documentation is also what requests are checked against.
 *
 * @param text the file
 * @param model what the router understands of it
 * @param mediaTypes per operation with a body, the media types that it takes
 */
record Contract(String text, OpenAPIContract model, Map<String, Set<String>> mediaTypes) {

    private static final String FILE = "/openapi.yaml";
    private static final String JSON = "application/json";

    Contract {
        mediaTypes = Map.copyOf(mediaTypes);
    }

    static Contract load(Vertx vertx) {
        String text = read();
        var mediaTypes = new HashMap<String, Set<String>>();
        JsonNode tree = parse(text);
        for (JsonNode path : tree.path("paths")) {
            for (JsonNode operation : path) {
                simplify(operation, mediaTypes);
            }
        }
        simplifyResponses(tree.path("components").path("responses"));
        OpenAPIContract model =
                Future.await(OpenAPIContract.from(vertx, new JsonObject(tree.toString())));
        return new Contract(text, model, mediaTypes);
    }

    /**
     * The router knows a handful of media types and refuses a file that names others. It only
     * checks requests here: response bodies are left out, and each JSON dialect of a request is
     * called JSON once its name was checked.
     */
    private static void simplify(JsonNode operation, Map<String, Set<String>> mediaTypes) {
        simplifyResponses(operation.path("responses"));
        if (operation.path("requestBody").path("content") instanceof ObjectNode content) {
            Set<String> names = new HashSet<>();
            for (Iterator<String> all = content.fieldNames(); all.hasNext(); ) {
                names.add(all.next());
            }
            mediaTypes.put(operation.path("operationId").asText(), Set.copyOf(names));
            for (String name : names) {
                JsonNode body = content.remove(name);
                content.set(JSON, body);
            }
        }
    }

    private static void simplifyResponses(JsonNode responses) {
        for (JsonNode response : responses) {
            if (response instanceof ObjectNode object) {
                object.remove("content");
            }
        }
    }

    private static JsonNode parse(String text) {
        try {
            return new YAMLMapper().readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException("openapi.yaml is broken", e);
        }
    }

    private static String read() {
        try (InputStream file = Contract.class.getResourceAsStream(FILE)) {
            if (file == null) {
                throw new IllegalStateException("openapi.yaml is missing in the program");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Who may call an operation; empty for everybody. */
    static Set<Role> roles(Operation operation) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        Object names = operation.getExtensions().get("x-moor-roles");
        if (names instanceof Iterable<?> list) {
            list.forEach(name -> roles.add(Role.valueOf(String.valueOf(name))));
        }
        return roles;
    }

    Collection<String> operationIds() {
        return model.operations().stream().map(Operation::getOperationId).toList();
    }

    /** Methods that a path knows, for 405. */
    List<String> methods(String path) {
        var found = model.findPath(path);
        return found == null
                ? List.of()
                : found.getOperations().stream()
                        .map(operation -> operation.getHttpMethod().name())
                        .toList();
    }

    /** Why a request that is no operation is refused. */
    Problem unknown(String path) {
        List<String> allowed = methods(path);
        if (allowed.isEmpty()) {
            return new Problem(ProblemType.NOT_FOUND, "There is no such path.");
        }
        return new Problem(
                        ProblemType.METHOD_NOT_ALLOWED,
                        "This path knows " + String.join(", ", allowed) + ".")
                .with("allowed", String.join(", ", allowed));
    }

    /** Whether only callers with a role may call an operation. */
    boolean needsCaller(String operationId) {
        return !roles(Objects.requireNonNull(model.operation(operationId), operationId)).isEmpty();
    }
}
