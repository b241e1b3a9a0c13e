/** Configuration of applications in a replicated table, as a source of Spring Boot's config data. */
@NullMarked
package dev.corrosion.config;

import org.jspecify.annotations.NullMarked;
