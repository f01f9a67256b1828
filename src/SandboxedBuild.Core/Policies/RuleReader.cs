namespace SandboxedBuild.Policies;

/// <summary>Reads a rule.</summary>
internal static class RuleReader
{
    private const string Where = "a rule";

    /// <summary>Reads the rule that the current token begins.</summary>
    public static AllowRule Read(ref PolicyTokens tokens, PolicyScope scope)
    {
        var (line, column) = tokens.Position(tokens.Offset);
        var rule = new AllowRule(Target: null) { Line = line, Column = column };
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (tokens.NextKey(seen, PolicyKeys.Rule, Where) is { } key)
        {
            rule = key switch
            {
                "target" => rule with { Target = tokens.Text("\"target\"") },
                "project" => rule with { Project = scope.Pattern(tokens.Text("\"project\"")) },
                "command" => rule with { Command = Command(ref tokens) },
                _ => rule with { Grants = GrantReader.Read(ref tokens, scope, key, rule.Grants) },
            };
        }

        return rule.Target is null && rule.Command is null ? throw tokens.Mistake("the rule names neither a \"target\" nor a \"command\"")
            : scope.IsUsers && rule.Target is not null && rule.Project is null ? throw tokens.Mistake("a rule for a \"target\" in this file, which is for projects anywhere, names the file that defines it: \"project\": \"/…\", \"~/…\" or \"**/…\"")
            : rule;
    }

    private static string Command(ref PolicyTokens tokens)
    {
        var command = tokens.Text("\"command\"");
        try
        {
            CommandPattern.Parse(command);
            return command;
        }
        catch (FormatException e)
        {
            throw tokens.Mistake($"\"command\" can mean no command: {e.Message}");
        }
    }
}
