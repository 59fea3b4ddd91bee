/**
 * PostgreSQL for the control plane: the pool, transactions, migrations and change notifications.
 */
@NullMarked
package io.moor.gateway.database;

import org.jspecify.annotations.NullMarked;
