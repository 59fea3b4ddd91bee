package io.moor.gateway.api;

import io.moor.gateway.database.Database;
import io.moor.gateway.database.Transaction;
import io.moor.gateway.group.Claim;
import io.moor.gateway.group.Group;
import io.moor.gateway.group.GroupSpec;
import io.moor.gateway.group.Groups;
import io.moor.gateway.group.PostgresGroupStore;
import io.moor.gateway.http.Blocking;
import io.moor.gateway.http.IdempotentChanges;
import io.moor.gateway.http.Page;
import io.moor.gateway.http.Reply;
import io.moor.gateway.http.Request;
import io.moor.gateway.http.Routes;
import io.moor.gateway.problem.Problem;
import io.moor.gateway.problem.ProblemType;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Groups, their slots and join tokens. */
public final class GroupRoutes {

    private record Declaration(int slots, List<Claim> claims) {}

    private final Database database;
    private final Blocking blocking;
    private final IdempotentChanges changes;
    private final PostgresGroupStore store;
    private final Groups groups;
    private final Views views;

    public GroupRoutes(
            Database database,
            Blocking blocking,
            IdempotentChanges changes,
            PostgresGroupStore store,
            Groups groups,
            Views views) {
        this.database = database;
        this.blocking = blocking;
        this.changes = changes;
        this.store = store;
        this.groups = groups;
        this.views = views;
    }

    public void mount(Routes routes) {
        routes.on("listGroups", this::list)
                .on("applyGroup", this::apply)
                .on("getGroup", this::get)
                .on("deleteGroup", this::delete)
                .on("listSlots", this::slots)
                .on("createJoinToken", this::joinToken);
    }

    private Reply list(Request request) {
        Page.Wanted wanted = request.page();
        List<Group> rows =
                blocking.call(() ->
                        database.transact(tx -> store.page(tx, wanted.after(), wanted.rows())));
        return Reply.ok(Page.of(rows, wanted, Group::group, group -> group));
    }

    private Reply apply(Request request) {
        Declaration declaration = request.body(Declaration.class);
        GroupSpec spec = spec(request.path("group"), declaration);
        Long expected = expectedVersion(request);
        Groups.Applied applied =
                blocking.call(() ->
                        database.transact(tx -> groups.apply(tx, request.actor(), spec, expected)));
        return Reply.of(applied.created() ? 201 : 200, applied.group())
                .with("ETag", etag(applied.group()));
    }

    private static GroupSpec spec(String group, Declaration declaration) {
        try {
            return new GroupSpec(group, declaration.slots(), declaration.claims());
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("The group is not valid: " + e.getMessage() + ".");
        }
    }

    private Reply get(Request request) {
        Group group = blocking.call(() -> database.transact(tx -> find(tx, request)));
        return Reply.ok(group).with("ETag", etag(group));
    }

    private Reply delete(Request request) {
        blocking.call(() ->
                database.transact(tx -> {
                    groups.delete(tx, request.actor(), request.path("group"));
                    return true;
                }));
        return Reply.noContent();
    }

    private Reply slots(Request request) {
        List<SlotView> slots =
                blocking.call(() -> database.transact(tx -> views.slots(tx, find(tx, request))));
        return Reply.ok(new Page<>(slots, null));
    }

    private Reply joinToken(Request request) {
        return blocking.call(() ->
                changes.run(
                        request,
                        tx -> {
                            var token =
                                    groups.joinToken(tx, request.actor(), request.path("group"));
                            return Reply.of(201, token).keeping(token.shownBefore());
                        }));
    }

    private Group find(Transaction tx, Request request) {
        String name = request.path("group");
        return store.find(tx, name).orElseThrow(() -> Problem.notFound("group", name));
    }

    private static String etag(Group group) {
        return "\"v" + group.version() + "\"";
    }

    /** From {@code If-Match: "vN"} or {@code If-None-Match: *}; null when neither is there. */
    private static @Nullable Long expectedVersion(Request request) {
        String noneMatch = request.header("If-None-Match");
        if (noneMatch != null) {
            if (!noneMatch.strip().equals("*")) {
                throw new Problem(
                        ProblemType.BAD_REQUEST, "If-None-Match of a PUT is '*' or left out.");
            }
            return 0L;
        }
        String match = request.header("If-Match");
        if (match == null) {
            return null;
        }
        if (!match.matches("\"v\\d{1,18}\"")) {
            throw new Problem(
                    ProblemType.BAD_REQUEST, "If-Match is the ETag of a GET, like \"v3\".");
        }
        return Long.parseLong(match.substring(2, match.length() - 1));
    }
}
