package io.moor.gateway.group;

import java.time.Instant;
import java.util.List;

/** A declared group, as the API shows it; {@code version} grows with every change. */
public record Group(
        String group,
        int slots,
        List<Claim> claims,
        long version,
        Instant createdAt,
        Instant updatedAt) {

    public Group {
        claims = List.copyOf(claims);
    }

    public GroupSpec spec() {
        return new GroupSpec(group, slots, claims);
    }
}
