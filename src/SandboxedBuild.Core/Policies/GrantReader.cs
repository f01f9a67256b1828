using System.Collections.Immutable;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Policies;

/// <summary>Reads what a rule grants.</summary>
internal static class GrantReader
{
    /// <summary>Reads the value of one of a rule's keys.</summary>
    public static Grants Read(ref PolicyTokens tokens, PolicyScope scope, string key, Grants grants) => key switch
    {
        "network" => grants with { Network = tokens.Choice<NetworkAccess>("\"network\"") },
        "paths" => grants with { Paths = Paths(ref tokens, scope) },
        "environment" => grants with { Environment = Names(ref tokens) },
        "limits" => grants with { Limits = LimitReader.Read(ref tokens) },
        _ => grants with { Protected = Globs(ref tokens, scope, $"\"{key}\"") },
    };

    /// <summary>Reads a list of globs.</summary>
    public static ImmutableArray<PathGlob> Globs(ref PolicyTokens tokens, PolicyScope scope, string what)
    {
        var globs = ImmutableArray.CreateBuilder<PathGlob>();
        tokens.BeginList(what);
        while (tokens.NextElement())
        {
            var glob = new PathGlob(scope.Directory, scope.Pattern(tokens.CurrentText($"a glob in {what}")));
            globs.Add(globs.Contains(glob) ? throw tokens.Mistake($"the same glob stands twice in {what}") : glob);
        }

        return globs.DrainToImmutable();
    }

    private static ImmutableArray<SandboxPath> Paths(ref PolicyTokens tokens, PolicyScope scope)
    {
        var paths = ImmutableArray.CreateBuilder<SandboxPath>();
        tokens.BeginList("\"paths\"");
        while (tokens.NextElement())
        {
            tokens.ExpectObject("a path");
            var start = tokens.Offset;
            var path = Path(ref tokens, scope);
            paths.Add(paths.FirstOrDefault(other => other.Path == path.Path) is not { } other ? path
                : throw new PolicyMistakeException(start, other == path ? $"the path {path.Path} stands twice in \"paths\"" : $"the path {path.Path} stands twice in \"paths\", as {other.Access} and as {path.Access}; decide for one"));
        }

        return paths.DrainToImmutable();
    }

    private static SandboxPath Path(ref PolicyTokens tokens, PolicyScope scope)
    {
        string? path = null;
        MountAccess? access = null;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (tokens.NextKey(seen, PolicyKeys.Path, "a path") is { } key)
        {
            if (key == "path")
            {
                path = scope.Full(tokens.Text("\"path\""));
            }
            else
            {
                access = tokens.Choice<MountAccess>("\"access\"");
            }
        }

        return path is null ? throw tokens.Mistake("it names no \"path\"")
            : access is null ? throw tokens.Mistake($"it names no \"access\": {string.Join(", ", Enum.GetNames<MountAccess>())}")
            : new(path, access.Value);
    }

    private static ImmutableArray<string> Names(ref PolicyTokens tokens)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        tokens.BeginList("\"environment\"");
        while (tokens.NextElement())
        {
            var name = tokens.CurrentText("a variable's name");
            names.Add(
                name.AsSpan().ContainsAny("=\0") ? throw tokens.Mistake($"\"{name}\" is no variable's name; give the name alone, the value is the caller's")
                : name.TrimEnd('*').Contains('*', StringComparison.Ordinal) || name.EndsWith("**", StringComparison.Ordinal) ? throw tokens.Mistake($"\"{name}\" has a * that is not at its end")
                : names.Contains(name, StringComparer.Ordinal) ? throw tokens.Mistake($"\"{name}\" stands twice in \"environment\"")
                : name);
        }

        return names.DrainToImmutable();
    }
}
