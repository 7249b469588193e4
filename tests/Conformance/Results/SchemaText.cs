using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;

namespace SmmuConformance.Conformance.Results;

/// <summary>The JSON Schema of a file, from the types that it is read or written as.</summary>
internal static class SchemaText
{
    /// <summary>The schema, indented.</summary>
    /// <param name="file">Name of the file it is of.</param>
    /// <param name="type">What the whole file is.</param>
    /// <param name="options">How it is read or written.</param>
    public static string Of(string file, Type type, JsonSerializerOptions options)
    {
        var schema = options.GetJsonSchemaAsNode(type).AsObject();
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", $"{file} of SmmuConformance");
        return schema.ToJsonString(new(options) { WriteIndented = true, IndentSize = 2 }) + "\n";
    }
}
