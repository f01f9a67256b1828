// The tool is a process of its own: its console, variables and current directory are the user's. They are read here and nowhere else.
#pragma warning disable RS0030

using System.Collections;
using System.Collections.Immutable;
using System.Text;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Sandboxing;
using SandboxedBuild.Tool.Output;

namespace SandboxedBuild.Tool;

/// <summary>What surrounds the tool.</summary>
/// <param name="Environment">The user's environment.</param>
/// <param name="Directory">The user's current directory; null when it is gone.</param>
/// <param name="Out">Standard output.</param>
/// <param name="Error">Standard error.</param>
/// <param name="In">Standard input.</param>
/// <param name="IsOutTerminal">Whether standard output is a terminal.</param>
/// <param name="IsErrorTerminal">Whether standard error is a terminal.</param>
/// <param name="CanAsk">Whether there is a person: what is asked is seen, and what is typed comes in.</param>
internal sealed record ToolHost(
    CallerEnvironment Environment,
    string? Directory,
    Stream Out,
    TextWriter Error,
    Lazy<TextReader> In,
    bool IsOutTerminal,
    bool IsErrorTerminal,
    bool CanAsk)
{
    /// <summary>The user's current directory.</summary>
    /// <exception cref="SandboxException">It is gone: an undo, for instance, takes directories away that somebody stands in.</exception>
    public string CurrentDirectory => Directory ?? throw new SandboxException(ToolDiagnostics.NoCurrentDirectory());

    /// <summary>Lines for people, on standard output.</summary>
    public Printer Printer => new(new StreamWriter(Out, new UTF8Encoding(false), 4096, leaveOpen: true) { NewLine = "\n", AutoFlush = true }, IsOutTerminal && IsColourWanted);

    /// <summary>Lines for people, on standard error: what is not the answer itself.</summary>
    public Printer Notes => new(Error, IsErrorTerminal && IsColourWanted);

    /// <summary>https://no-color.org; a terminal that is called dumb knows no colours.</summary>
    private bool IsColourWanted => string.IsNullOrEmpty(Environment.Value("NO_COLOR")) && Environment.Value("TERM") is { Length: > 0 } and not "dumb";

    public static ToolHost OfProcess() => new(
        new(System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToImmutableDictionary(static pair => (string)pair.Key, static pair => (string?)pair.Value ?? string.Empty, StringComparer.Ordinal)),
        CurrentDirectoryOfProcess(),
        new BufferedStream(Console.OpenStandardOutput(), 64 * 1024),
        new StreamWriter(Console.OpenStandardError(), new UTF8Encoding(false), 1024) { NewLine = "\n", AutoFlush = true },
        new(static () => Console.In),
        !Console.IsOutputRedirected,
        !Console.IsErrorRedirected,
        !Console.IsInputRedirected && !Console.IsErrorRedirected);

    /// <summary>How many characters fit on a line; text for a pipe is not wrapped.</summary>
    public int Width => IsOutTerminal && Console.WindowWidth is > 20 and var width ? width : int.MaxValue;

    /// <summary>A path of the command line as an absolute one.</summary>
    public string Absolute(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, Path.IsPathRooted(path) ? "/" : CurrentDirectory));

    private static string? CurrentDirectoryOfProcess()
    {
        try
        {
            return System.Environment.CurrentDirectory;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
