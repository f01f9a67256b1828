using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SandboxedBuild.TestKit;

/// <summary>As much of JSON Schema as the schemas of this repository use. Properties that a schema does not name are mistakes.</summary>
public static class JsonSchema
{
    /// <summary>Why a value does not follow a schema; null if it does.</summary>
    public static string? Problem(JsonNode value, JsonNode schema) => Problem(value, schema, schema, "$");

    /// <summary>What a definition refers to, or itself.</summary>
    public static JsonNode Resolve(JsonNode definition, JsonNode schema)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(schema);
        return definition["$ref"] is { } reference ? schema["definitions"]![((string)reference!)["#/definitions/".Length..]]! : definition;
    }

    private static string? Problem(JsonNode? value, JsonNode definition, JsonNode root, string where)
    {
        var schema = Resolve(definition, root);
        if (value is null)
        {
            return AllowsNull(definition, root) ? null : $"{where}: null";
        }

        return Checks().FirstOrDefault(static problem => problem is not null);

        IEnumerable<string?> Checks()
        {
            yield return schema["type"] is { } type && !Texts(type).Any(one => IsOfType(value, one)) ? $"{where}: no {type}: {value}" : null;
            yield return schema["enum"] is { } values && !values.AsArray().Any(allowed => JsonNode.DeepEquals(allowed, value)) ? $"{where}: {value} is not among {values}" : null;
            yield return schema["minLength"] is not null && ((string)value!).Length == 0 ? $"{where}: empty" : null;
            yield return schema["pattern"] is { } pattern && !Regex.IsMatch((string)value!, (string)pattern!, RegexOptions.None, TimeSpan.FromSeconds(5)) ? $"{where}: not {pattern}" : null;
            yield return schema["minimum"] is { } least && (decimal)value < (decimal)least ? $"{where}: too small" : null;
            yield return schema["maximum"] is { } most && (decimal)value > (decimal)most ? $"{where}: too large" : null;
            yield return schema["required"] is { } required && required.AsArray().FirstOrDefault(key => !value.AsObject().ContainsKey((string)key!)) is { } missing ? $"{where}: no {missing}" : null;
            yield return schema["anyOf"] is { } any && any.AsArray().All(one => Problem(value, one!, root, where) is not null) ? $"{where}: none of several: {string.Join("; ", any.AsArray().Select(one => Problem(value, one!, root, where)))}" : null;
            yield return schema["uniqueItems"] is not null && value.AsArray().Select(static item => item!.ToJsonString()).Distinct(StringComparer.Ordinal).Count() < value.AsArray().Count ? $"{where}: twice" : null;
            foreach (var item in schema["items"] is { } items ? value.AsArray().Select((item, index) => Problem(item, items, root, $"{where}[{index}]")) : [])
            {
                yield return item;
            }

            foreach (var (key, inner) in schema["properties"] is not null || schema["additionalProperties"] is JsonObject ? value.AsObject() : [])
            {
                yield return (schema["properties"]?[key] ?? schema["additionalProperties"] as JsonObject) is { } property ? Problem(inner, property, root, $"{where}.{key}") : $"{where}: {key} is not known";
            }
        }
    }

    private static bool AllowsNull(JsonNode definition, JsonNode root) =>
        Resolve(definition, root) is var schema
        && ((schema["type"] is { } type && Texts(type).Contains("null", StringComparer.Ordinal)) || (schema["enum"] is { } values && values.AsArray().Contains(null)) || (schema["anyOf"] is { } any && any.AsArray().Any(one => AllowsNull(one!, root))));

    private static IEnumerable<string> Texts(JsonNode oneOrMore) => oneOrMore is JsonArray several ? several.Select(static text => (string)text!) : [(string)oneOrMore!];

    private static bool IsOfType(JsonNode value, string type) => type switch
    {
        "null" => false,
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => value.GetValueKind() == JsonValueKind.String,
        "boolean" => value.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.GetValueKind() == JsonValueKind.Number && decimal.IsInteger((decimal)value),
        _ => value.GetValueKind() == JsonValueKind.Number,
    };
}
