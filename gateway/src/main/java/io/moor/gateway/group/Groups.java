package io.moor.gateway.group;

import static io.moor.gateway.audit.Change.fields;

import io.moor.gateway.access.Token;
import io.moor.gateway.audit.Actor;
import io.moor.gateway.audit.Change;
import io.moor.gateway.audit.PostgresAuditLog;
import io.moor.gateway.database.Changes;
import io.moor.gateway.database.RandomId;
import io.moor.gateway.database.Transaction;
import io.moor.gateway.instance.Instance;
import io.moor.gateway.instance.PostgresInstanceStore;
import io.moor.gateway.problem.Problem;
import io.moor.gateway.problem.ProblemType;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** Declaring groups. Their volumes are made by the reconciler and outlive them. */
public final class Groups {

    /**
     * A join token, shown once.
     *
     * @param id names the token in the change log
     * @param group group that it admits to
     * @param token the secret
     */
    public record JoinToken(String id, String group, @Nullable String token) {

        /** The same without the secret, for a repeated request: a token is shown once. */
        public JoinToken shownBefore() {
            return new JoinToken(id, group, null);
        }

        @Override
        public String toString() {
            return "JoinToken[id=" + id + ", group=" + group + ", token=***]";
        }
    }

    /** A declared group, and whether it is new. */
    public record Applied(Group group, boolean created) {}

    private final PostgresGroupStore groups;
    private final PostgresInstanceStore instances;
    private final PostgresAuditLog audit;
    private final Set<String> providers;

    public Groups(
            PostgresGroupStore groups,
            PostgresInstanceStore instances,
            PostgresAuditLog audit,
            Set<String> providers) {
        this.groups = groups;
        this.instances = instances;
        this.audit = audit;
        this.providers = Set.copyOf(providers);
    }

    /**
     * Creates or changes a group; the same spec again changes nothing.
     *
     * @param expected version that the caller knows; 0 for "must not exist", null for any
     */
    public Applied apply(Transaction tx, Actor actor, GroupSpec spec, @Nullable Long expected) {
        for (Claim claim : spec.claims()) {
            if (!providers.contains(claim.provider())) {
                throw Problem.invalid(
                        "Claim '%s' names provider '%s', which is not in the gateway's configuration; known: %s."
                                .formatted(claim.name(), claim.provider(), providers));
            }
        }
        Group before = groups.lock(tx, spec.group()).orElse(null);
        requireVersion(expected, before);
        if (before == null) {
            return create(tx, actor, spec);
        }
        if (before.spec().equals(spec)) {
            return new Applied(before, false);
        }
        requireFreeSlots(tx, spec);
        if (!groups.update(tx, spec, before.version())) {
            throw new IllegalStateException("a locked group changed");
        }
        groups.resize(tx, spec.group(), spec.slots());
        record(tx, actor, "group.changed", spec.group(), describe(before.spec()), describe(spec));
        return new Applied(groups.find(tx, spec.group()).orElseThrow(), false);
    }

    private Applied create(Transaction tx, Actor actor, GroupSpec spec) {
        if (!groups.insert(tx, spec)) {
            throw new Problem(
                    ProblemType.REQUEST_IN_PROGRESS,
                    "Group '" + spec.group() + "' is being created by another request; try again.");
        }
        groups.resize(tx, spec.group(), spec.slots());
        record(tx, actor, "group.created", spec.group(), Map.of(), describe(spec));
        return new Applied(groups.find(tx, spec.group()).orElseThrow(), true);
    }

    private static void requireVersion(@Nullable Long expected, @Nullable Group before) {
        if (expected == null) {
            return;
        }
        long version = before == null ? 0 : before.version();
        if (expected != version) {
            throw new Problem(
                    ProblemType.PRECONDITION_FAILED,
                    before == null
                            ? "The group does not exist; read it again before changing it."
                            : "The group has version %d now; read it again before changing it."
                                    .formatted(version));
        }
    }

    private void requireFreeSlots(Transaction tx, GroupSpec spec) {
        List<String> over =
                instances.inSlots(tx, spec.group()).stream()
                        .filter(instance -> instance.slot().index() >= spec.slots())
                        .map(instance -> instance.instance() + " in slot " + instance.slot())
                        .toList();
        if (!over.isEmpty()) {
            throw Problem.conflict(
                            "Slots that would go are in use: %s. Drain these instances first."
                                    .formatted(String.join(", ", over)))
                    .with("instances", over);
        }
    }

    /** Deletes a group without instances; the volumes of its claims stay. */
    public void delete(Transaction tx, Actor actor, String name) {
        Group group = groups.lock(tx, name).orElseThrow(() -> Problem.notFound("group", name));
        List<String> active = instances.inSlots(tx, name).stream().map(Instance::instance).toList();
        if (!active.isEmpty()) {
            throw Problem.conflict(
                            "Group '%s' still has instances: %s. Drain them first; its volumes stay."
                                    .formatted(name, String.join(", ", active)))
                    .with("instances", active);
        }
        groups.delete(tx, name);
        record(tx, actor, "group.deleted", name, describe(group.spec()), Map.of());
    }

    /** Makes a token that admits instances to the group. */
    public JoinToken joinToken(Transaction tx, Actor actor, String name) {
        if (groups.lock(tx, name).isEmpty()) {
            throw Problem.notFound("group", name);
        }
        Token token = Token.generate("join");
        String id = RandomId.of("jt");
        groups.insertToken(tx, id, name, token.hash());
        audit.record(
                tx,
                actor,
                new Change(
                        "join-token.created",
                        "join-token",
                        id,
                        Map.of(),
                        fields("group", name),
                        "asked for"));
        return new JoinToken(id, name, token.text());
    }

    private void record(
            Transaction tx,
            Actor actor,
            String action,
            String group,
            Map<String, Object> before,
            Map<String, Object> after) {
        audit.record(tx, actor, new Change(action, "group", group, before, after, "asked for"));
        Changes.announce(tx, Changes.WORK);
    }

    private static Map<String, Object> describe(GroupSpec spec) {
        return fields("slots", spec.slots(), "claims", spec.claims());
    }
}
