using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;
using SandboxedBuild.Policies;
using SandboxedBuild.Tool.Output;

namespace SandboxedBuild.Tool.Commands;

/// <summary>One call of the tool: what it was told, and where its answer goes.</summary>
/// <param name="Host">What surrounds it.</param>
/// <param name="Parse">The command line.</param>
/// <param name="Common">The options of every command.</param>
internal sealed record Session(ToolHost Host, ParseResult Parse, CommonOptions Common)
{
    /// <summary>Whether the answer is for programs.</summary>
    public bool IsJson => Parse.GetResult(Format)?.Errors.Any() != true && Parse.GetValue(Format) == "json";

    /// <summary>The option that says so: the command's own, if it has other forms.</summary>
    private Option<string> Format => Parse.CommandResult.Command.Options.OfType<Option<string>>().FirstOrDefault(option => option.Name == Common.Format.Name) ?? Common.Format;

    /// <summary>The user's overlays.</summary>
    public OverlayStore Store => new(Host.Environment, StateDirectory);

    /// <summary>Where overlays are kept, absolute; null for the usual places.</summary>
    public string? StateDirectory => (Parse.GetValue(Common.StateDirectory) ?? Variable("SandboxStateDirectory")) is { } directory ? Host.Absolute(directory) : null;

    /// <summary>The name of the command, as people type it.</summary>
    public string CommandName => Parse.CommandResult.Command is RootCommand ? Cli.Name : $"{Cli.Name} {Parse.CommandResult.Command.Name}";

    /// <summary>The overlay that the command line names, as it was typed.</summary>
    public string? Overlay => Parse.Errors.Count == 0 && Parse.CommandResult.Command.Arguments.FirstOrDefault() is Argument<string> id ? Parse.GetValue(id) : null;

    /// <summary>A setting of the environment: the properties of the SDK have the same names.</summary>
    public string? Variable(string name) => Host.Environment.Value(name) is { Length: > 0 } value ? value : null;

    /// <summary>What is protected besides the usual paths: by the policies of the roots, and by that of the current directory, if it is in one.</summary>
    public ProtectionNote Note(IReadOnlyCollection<OverlayRoot> roots) =>
        roots.Select(static root => root.Path).Concat(Host.Directory is { } here && roots.Any(root => RealPath.IsAtOrBelow(here, root.Path)) ? [here] : Array.Empty<string>())
            .Select(directory => Policy.For(directory, Variable("SandboxPolicyFile") is { } file ? Host.Absolute(file) : null, directory, Host.Environment).Note)
            .Aggregate(ProtectionNote.None, static (one, other) => one.And(other));

    /// <summary>What of an overlay's changes needs a grant: by that, and by what was noted when its steps ran.</summary>
    public ProtectedPaths Protection(IReadOnlyCollection<OverlayRoot> roots, string directory) => ProtectedPaths.Default with { Protect = [.. Note(roots).And(ProtectionNote.Of(directory)).Protected] };

    /// <summary>Writes the answer as a document.</summary>
    public void Write<T>(T document, JsonTypeInfo<T> type) => Write(Host.Out, document, type);

    /// <summary>Writes a document to a place of its own.</summary>
    public static void Write<T>(Stream stream, T document, JsonTypeInfo<T> type)
    {
        JsonSerializer.Serialize(stream, document, type);
        stream.WriteByte((byte)'\n');
        stream.Flush();
    }
}
