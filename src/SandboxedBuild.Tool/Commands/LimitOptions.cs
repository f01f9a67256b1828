using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Policies;

namespace SandboxedBuild.Tool.Commands;

/// <summary>Options of <c>run</c> for what the command may use up.</summary>
internal sealed class LimitOptions
{
    private readonly ImmutableDictionary<string, Option<string?>> _options = LimitTexts.Keys.ToImmutableDictionary(static key => key, static key => key switch
    {
        "Memory" => Limit(key, "How much memory all of its processes may have at once", "2G"),
        "Cpu" => Limit(key, "How many processors they may keep busy", "1.5"),
        "Process" => Limit(key, "How many processes and threads there may be at once", "200"),
        "Disk" => Limit(key, "How much the command may write", "10G"),
        "FileSize" => Limit(key, "How large each file may be that it writes", "2G"),
        "OpenFile" => Limit(key, "How many files each process may have open", "1024"),
        _ => Limit(key, "How long it may take", "10m"),
    }, StringComparer.Ordinal);

    public void AddTo(Command command) => LimitTexts.Keys.ToList().ForEach(key => command.Options.Add(_options[key]));

    /// <summary>The limits; an option is asked before the environment variable.</summary>
    /// <exception cref="SandboxException">One of them is no limit.</exception>
    public StepLimits Read(Session session) => LimitTexts.Of(key => session.Parse.GetValue(_options[key]) ?? session.Variable($"Sandbox{key}Limit")).Read(Name);

    private static Option<string?> Limit(string key, string description, string example) =>
        new(Name(key)) { Description = $"{description}, such as {example} (environment: Sandbox{key}Limit; default: no limit)", HelpName = "LIMIT" };

    private static string Name(string key) => $"--{JsonNamingPolicy.KebabCaseLower.ConvertName(key)}-limit";
}
