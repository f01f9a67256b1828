using System.Collections.Concurrent;

namespace SandboxedBuild.Core.Tests;

/// <summary>The C programs beside the tests: they say what the kernel says, without going through the code that is tested.</summary>
internal static class NativeProgram
{
    private static readonly ConcurrentDictionary<string, Lazy<string>> Compiled = new(StringComparer.Ordinal);

    /// <summary>Lists a tree with all that can be known of it.</summary>
    public static string Describe => Path("describe");

    /// <summary>Reads and sets extended attributes.</summary>
    public static string Attribute => Path("attribute");

    /// <summary>Makes, and connects to, unix sockets.</summary>
    public static string UnixSocket => Path("unixsocket");

    /// <summary>Tries what a command in a sandbox must not be able to do.</summary>
    public static string Attack => Path("attack");

    /// <summary>Runs a command where system calls are refused.</summary>
    public static string Deny => Path("deny");

    /// <summary>Runs a command on a terminal of its own.</summary>
    public static string Terminal => Path("terminal");

    /// <summary>Writes to the beginning of a file through a mapping.</summary>
    public static string MappedWrite => Path("mappedwrite");

    /// <summary>Records how it was called.</summary>
    public static string Record => Path("record");

    /// <summary>Compiles a C source, unless another process of this run has, and gives the program's path.</summary>
    public static string Compile(string name, string source)
    {
        var program = System.IO.Path.Combine(SuiteSetUp.Shared, name);
        if (!File.Exists(program))
        {
            var unfinished = program + Guid.NewGuid().ToString("N");
            var compiler = Command.Run("cc", ["-O1", "-Wall", "-Werror", "-D_GNU_SOURCE", "-o", unfinished, source]);
            Assert.That(compiler.ExitCode, Is.Zero, compiler.Error);
            File.Move(unfinished, program, overwrite: true);
        }

        return program;
    }

    private static string Path(string name) => Compiled.GetOrAdd(name, static name => new(() =>
        Compile(name, System.IO.Path.Combine(AppContext.BaseDirectory, "Native", name + ".c")))).Value;
}
