package io.moor.gateway.sync;

import io.moor.gateway.problem.Problem;
import io.moor.gateway.problem.ProblemType;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where the providers of this gateway's configuration keep their volumes; what sidecars need to
 * know.
 */
public record ProviderDirectory(Map<String, Place> places) {

    /**
     * @param type {@code image} or {@code directory}
     * @param root directory on shared storage
     */
    public record Place(String type, Path root) {}

    public ProviderDirectory {
        places = Map.copyOf(places);
    }

    /** Fails closed: leaving the volume out would tell the sidecar to let go of it. */
    Place of(String provider) {
        Place place = places.get(provider);
        if (place == null) {
            throw new Problem(
                    ProblemType.INTERNAL_ERROR,
                    "Provider '"
                            + provider
                            + "' is not in this gateway's configuration; add it and restart.");
        }
        return place;
    }
}
