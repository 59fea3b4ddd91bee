package io.moor.gateway.access;

/** Who sent a request, as its bearer token proves. */
public sealed interface Caller {

    Role role();

    /** Whoever holds the operators' token. */
    record Operator() implements Caller {
        @Override
        public Role role() {
            return Role.OPERATOR;
        }
    }

    /**
     * An instance that has not registered yet.
     *
     * @param group the group that it may join
     */
    record Joiner(String group) implements Caller {
        @Override
        public Role role() {
            return Role.JOIN;
        }
    }

    /**
     * A registered instance.
     *
     * @param instance id of the instance
     * @param incarnation the life that the token is bound to
     */
    record Instance(String instance, String incarnation) implements Caller {
        @Override
        public Role role() {
            return Role.INSTANCE;
        }
    }
}
