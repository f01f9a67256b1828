using System.Text.Json.Nodes;

namespace SandboxedBuild.TestKit;

/// <summary>The schemas in docs/schemas, found upward from the test assembly.</summary>
public static class PublishedSchema
{
    /// <summary>Where they are.</summary>
    public static string Directory { get; } = Path.Combine(Upward(AppContext.BaseDirectory), "docs", "schemas");

    /// <summary>The names of all: <c>report</c>, <c>step.v3</c>.</summary>
    public static IEnumerable<string> Names => System.IO.Directory.EnumerateFiles(Directory, "*.schema.json").Select(static file => Path.GetFileName(file)[..^".schema.json".Length]).Order(StringComparer.Ordinal);

    /// <summary>One of them.</summary>
    public static JsonNode Named(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(Directory, name + ".schema.json")))!;

    private static string Upward(string directory) => File.Exists(Path.Combine(directory, "SandboxedBuild.sln")) ? directory : Upward(Path.GetDirectoryName(directory)!);
}
