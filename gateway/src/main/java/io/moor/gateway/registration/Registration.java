package io.moor.gateway.registration;

import static io.moor.gateway.audit.Change.fields;

import io.moor.gateway.access.Token;
import io.moor.gateway.audit.Actor;
import io.moor.gateway.audit.Change;
import io.moor.gateway.audit.PostgresAuditLog;
import io.moor.gateway.database.Changes;
import io.moor.gateway.database.RandomId;
import io.moor.gateway.database.Transaction;
import io.moor.gateway.group.Group;
import io.moor.gateway.group.PostgresGroupStore;
import io.moor.gateway.group.SlotChoice;
import io.moor.gateway.instance.Instance;
import io.moor.gateway.instance.PostgresInstanceStore;
import io.moor.gateway.problem.Problem;
import io.moor.gateway.problem.ProblemType;
import io.moor.gateway.protocol.RegisterRequest;
import io.moor.gateway.protocol.RegisterResponse;
import io.moor.gateway.volume.PostgresVolumeStore;
import io.moor.gateway.volume.VolumeState;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An instance joins its group: it gets a slot, an incarnation and a token. */
public final class Registration {

    private final PostgresGroupStore groups;
    private final PostgresInstanceStore instances;
    private final PostgresVolumeStore volumes;
    private final PostgresAuditLog audit;
    private final Duration leaseTtl;

    public Registration(
            PostgresGroupStore groups,
            PostgresInstanceStore instances,
            PostgresVolumeStore volumes,
            PostgresAuditLog audit,
            Duration leaseTtl) {
        this.groups = groups;
        this.instances = instances;
        this.volumes = volumes;
        this.audit = audit;
        this.leaseTtl = leaseTtl;
    }

    /** Registers, or finds the same life again and gives it a fresh token. */
    public RegisterResponse register(Transaction tx, RegisterRequest request) {
        Group group =
                groups.lock(tx, request.group())
                        .orElseThrow(() -> Problem.notFound("group", request.group()));
        var same = instances.lockByBoot(tx, request.instance(), request.bootId());
        if (same.isPresent()) {
            return again(tx, same.get(), request);
        }
        instances
                .living(tx, request.instance())
                .ifPresent(earlier -> {
                    throw earlierLife(earlier);
                });
        int slot = chooseSlot(tx, group, request);
        Token token = Token.generate("instance");
        String incarnation = RandomId.of("inc");
        instances.insert(tx, incarnation, request, slot, token.hash());
        audit.record(
                tx,
                Actor.group(group.group()),
                new Change(
                        "instance.registered",
                        "instance",
                        request.instance(),
                        Map.of(),
                        fields(
                                "incarnation",
                                incarnation,
                                "bootId",
                                request.bootId(),
                                "slot",
                                group.group() + "/" + slot,
                                "state",
                                "ACTIVE"),
                        "it joined"));
        Changes.announce(tx, Changes.WORK);
        return response(request, incarnation, slot, token);
    }

    private RegisterResponse again(Transaction tx, Instance same, RegisterRequest request) {
        if (!same.state().fillsSlot()) {
            throw new Problem(
                            ProblemType.INCARNATION_ENDED,
                            "This life of %s is over (%s: %s). Start the server anew; it then has another boot id."
                                    .formatted(same.instance(), same.state(), same.endReason()))
                    .with("incarnation", same.incarnation());
        }
        boolean otherSlot = request.slot() != null && request.slot() != same.slot().index();
        if (!same.slot().group().equals(request.group()) || otherSlot) {
            throw Problem.conflict(
                            "%s fills slot %s already and cannot fill another one; drain it first."
                                    .formatted(same.instance(), same.slot()))
                    .with("slot", same.slot().toString());
        }
        Token token = Token.generate("instance");
        if (!instances.replaceToken(tx, same.incarnation(), token.hash())) {
            throw new IllegalStateException("a locked instance changed");
        }
        audit.record(
                tx,
                Actor.group(request.group()),
                new Change(
                        "instance.token-replaced",
                        "instance",
                        same.instance(),
                        Map.of(),
                        fields("incarnation", same.incarnation()),
                        "its sidecar registered again"));
        return response(request, same.incarnation(), same.slot().index(), token);
    }

    private int chooseSlot(Transaction tx, Group group, RegisterRequest request) {
        var holders = new TreeMap<Integer, Instance>();
        instances
                .inSlots(tx, group.group())
                .forEach(instance -> holders.put(instance.slot().index(), instance));
        Set<Integer> stuck =
                volumes.ofGroup(tx, group.group()).stream()
                        .filter(volume -> volume.state() == VolumeState.QUARANTINED)
                        .flatMap(volume -> Stream.ofNullable(volume.owner()))
                        .map(owner -> owner.slot())
                        .collect(Collectors.toSet());
        var names =
                holders.values().stream()
                        .collect(
                                Collectors.toMap(
                                        instance -> instance.slot().index(), Instance::instance));
        return switch (SlotChoice.decide(group.slots(), request.slot(), names, stuck)) {
            case SlotChoice.Chosen chosen -> chosen.index();
            case SlotChoice.NoSuchSlot none ->
                    throw Problem.invalid(
                            "Group '%s' has %d slots, there is no slot %d."
                                    .formatted(group.group(), group.slots(), none.asked()));
            case SlotChoice.AllHeld held -> throw slotHeld(group, held, holders);
        };
    }

    private static Problem slotHeld(
            Group group, SlotChoice.AllHeld held, Map<Integer, Instance> holders) {
        String who =
                held.slots().stream()
                        .sorted()
                        .limit(10)
                        .flatMap(slot -> Stream.ofNullable(holders.get(slot)))
                        .map(holder ->
                                "%s by %s%s"
                                        .formatted(
                                                holder.slot(),
                                                holder.instance(),
                                                holder.lease().expired()
                                                        ? ", whose lease expired %d s ago"
                                                                .formatted(
                                                                        holder.lease()
                                                                                .expiredFor()
                                                                                .toSeconds())
                                                        : ""))
                        .collect(Collectors.joining("; "));
        return new Problem(
                        ProblemType.SLOT_HELD,
                        "No slot of group '%s' is free: %s. Drain the holder, or, if it is gone, send a terminated event for it; then try again."
                                .formatted(group.group(), who.isEmpty() ? "it has none" : who))
                .with(
                        "holders",
                        holders.values().stream().limit(10).map(Instance::instance).toList());
    }

    private static Problem earlierLife(Instance earlier) {
        return new Problem(
                        ProblemType.SLOT_HELD,
                        "An earlier life of %s fills slot %s. If that server is gone or was rebooted, send a terminated event with its incarnation %s; then try again."
                                .formatted(
                                        earlier.instance(), earlier.slot(), earlier.incarnation()))
                .with("incarnation", earlier.incarnation())
                .with("slot", earlier.slot().toString());
    }

    private RegisterResponse response(
            RegisterRequest request, String incarnation, int slot, Token token) {
        return new RegisterResponse(
                request.instance(),
                incarnation,
                request.group(),
                slot,
                token.text(),
                leaseTtl.toMillis());
    }
}
