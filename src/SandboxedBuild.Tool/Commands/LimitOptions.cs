using System.CommandLine;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Policies;

namespace SandboxedBuild.Tool.Commands;

/// <summary>Options of <c>run</c> for what the command may use up.</summary>
internal sealed class LimitOptions
{
    private readonly Option<string?> _memory = Limit("Memory", "How much memory all of its processes may have at once", "2G");
    private readonly Option<string?> _cpu = Limit("Cpu", "How many processors they may keep busy", "1.5");
    private readonly Option<string?> _processes = Limit("Process", "How many processes and threads there may be at once", "200");
    private readonly Option<string?> _disk = Limit("Disk", "How much the command may write", "10G");
    private readonly Option<string?> _time = Limit("Time", "How long it may take", "10m");

    public void AddTo(Command command) => new[] { _memory, _cpu, _processes, _disk, _time }.ToList().ForEach(command.Options.Add);

    /// <summary>The limits; an option is asked before the environment variable.</summary>
    /// <exception cref="SandboxException">One of them is no limit.</exception>
    public StepLimits Read(Session session)
    {
        return LimitTexts.Read(Name, Value(_memory, "Memory"), Value(_cpu, "Cpu"), Value(_processes, "Process"), Value(_disk, "Disk"), Value(_time, "Time"));

        string? Value(Option<string?> option, string key) => session.Parse.GetValue(option) ?? session.Variable($"Sandbox{key}Limit");
    }

    private static Option<string?> Limit(string key, string description, string example) =>
        new(Name(key)) { Description = $"{description}, such as {example} (environment: Sandbox{key}Limit; default: no limit)", HelpName = "LIMIT" };

    private static string Name(string key) => $"--{key.ToLowerInvariant()}-limit";
}
