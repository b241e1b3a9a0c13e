package dev.corrosion.spring.autoconfigure;

import dev.corrosion.spring.CorrosionJson;
import java.lang.reflect.Type;
import tools.jackson.databind.json.JsonMapper;

/** JSON by Jackson 3. */
final class JacksonJson implements CorrosionJson {

    private final JsonMapper mapper;

    JacksonJson(JsonMapper mapper) {
        this.mapper = mapper;
    }

    @Override
    public String write(Object value) {
        return mapper.writeValueAsString(value);
    }

    @Override
    public Object read(String json, Type type) {
        return mapper.readValue(json, mapper.constructType(type));
    }
}
