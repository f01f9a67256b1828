using System.CommandLine;

namespace SandboxedBuild.Tool.Commands;

/// <summary>Options of every command.</summary>
internal sealed class CommonOptions
{
    public CommonOptions()
    {
        Format.AcceptOnlyFromAmong("text", "json");
    }

    public Option<string> Format { get; } = new("--format")
    {
        Description = "text for people (default), or json: one document on standard output, in the form that docs/tool.md describes",
        HelpName = "text|json",
        DefaultValueFactory = static _ => "text",
        Recursive = true,
    };

    public Option<string?> StateDirectory { get; } = new("--state-directory")
    {
        Description = "Where overlays are kept (environment: SandboxStateDirectory; default: the cache directory, or hidden beside the root)",
        HelpName = "D",
        Recursive = true,
    };
}
