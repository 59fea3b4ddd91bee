package io.moor.gateway.group;

import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What an operator declares.
 *
 * @param group name: lower-case letters, digits and dashes, at most 32
 * @param slots how many instances it has, 0 to 1000
 * @param claims the volumes that each slot has, at most 8
 */
public record GroupSpec(String group, int slots, List<Claim> claims) {

    /** Most slots of a group; an index then has three digits at most, which volume ids rely on. */
    public static final int SLOTS_MAX = 1_000;

    private static final int CLAIMS_MAX = 8;
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?");

    public GroupSpec {
        claims = List.copyOf(claims);
        if (!NAME.matcher(group).matches()) {
            throw new IllegalArgumentException(
                    "a group's name is 1 to 32 lower-case letters, digits and dashes, not '"
                            + group
                            + "'");
        }
        if (slots < 0 || slots > SLOTS_MAX) {
            throw new IllegalArgumentException("a group has 0 to 1000 slots, not " + slots);
        }
        if (claims.size() > CLAIMS_MAX) {
            throw new IllegalArgumentException("a group has at most 8 claims");
        }
        var names = new HashSet<String>();
        for (Claim claim : claims) {
            if (!names.add(claim.name())) {
                throw new IllegalArgumentException("two claims are named '" + claim.name() + "'");
            }
        }
    }
}
