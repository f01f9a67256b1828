namespace SandboxedBuild.EndToEnd.Tests.Infrastructure;

/// <summary>The texts of policy files.</summary>
internal static class Policy
{
    /// <summary>Allows the steps of these targets, in every project.</summary>
    public static string Allow(params string[] targets) =>
        WithRules([.. targets.Select(target => $$"""{ "target": "{{target}}" }""")]);

    /// <summary>A policy with these rules, each a JSON object.</summary>
    public static string WithRules(params string[] rules) => $$"""{ "allow": [ {{string.Join(", ", rules)}} ] }""";
}
