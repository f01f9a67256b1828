using System.Diagnostics;
using System.Text;

namespace SandboxedBuild.Tool.Tests;

/// <summary>The tool on a real terminal, 80 columns wide (script(1)), and a person at its keyboard.</summary>
internal sealed class TerminalSession : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _screen = new();
    private readonly Task _reading;
    private int _answered;

    private TerminalSession(Process process)
    {
        _process = process;
        _reading = Task.Run(Read);
    }

    /// <summary>All that the terminal was sent, with its line ends made plain.</summary>
    public string Screen
    {
        get
        {
            lock (_screen)
            {
                return _screen.ToString().ReplaceLineEndings("\n");
            }
        }
    }

    /// <summary>The same as it was sent, with the carriage returns of the lines' ends alone made plain.</summary>
    public string Raw
    {
        get
        {
            lock (_screen)
            {
                return _screen.ToString().Replace("\r\n", "\n", StringComparison.Ordinal);
            }
        }
    }

    public static TerminalSession Start(string directory, IReadOnlyList<string> line)
    {
        var words = string.Join(' ', line.Select(static word => $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'"));
        var start = new ProcessStartInfo("script", ["-qec", $"stty cols 80; exec {words}", "/dev/null"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = directory,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment["SHELL"] = "/bin/sh";
        return new(Process.Start(start)!);
    }

    /// <summary>Waits until a text shows.</summary>
    public TerminalSession See(string text)
    {
        var deadline = DateTime.UtcNow + Limit;
        while (!Screen.Contains(text, StringComparison.Ordinal))
        {
            Assert.That(DateTime.UtcNow, Is.LessThan(deadline), $"no \"{text}\" in:\n{Screen}");
            Assert.That(_reading.IsCompleted && !Screen.Contains(text, StringComparison.Ordinal), Is.False, $"it ended without \"{text}\":\n{Screen}");
            Thread.Sleep(20);
        }

        return this;
    }

    /// <summary>Waits until a question shows that has not been answered: a line that has no end yet.</summary>
    public TerminalSession SeeQuestion()
    {
        var deadline = DateTime.UtcNow + Limit;
        while (Screen is var screen && (screen.Length <= _answered || !screen.EndsWith(": ", StringComparison.Ordinal)))
        {
            Assert.That(DateTime.UtcNow, Is.LessThan(deadline), $"no question in:\n{Screen}");
            Assert.That(_reading.IsCompleted, Is.False, $"it ended without a question:\n{Screen}");
            Thread.Sleep(20);
        }

        return this;
    }

    /// <summary>Types on the keyboard: <c>\x03</c> is Ctrl-C, <c>\x04</c> Ctrl-D.</summary>
    public TerminalSession Type(string keys)
    {
        // The runtime changes the terminal's mode when it begins to read, and a Ctrl-D from before that is lost.
        for (var attempt = 0; keys == "\x04" && attempt < 20 && !_reading.Wait(TimeSpan.FromSeconds(1)); attempt++)
        {
            _process.StandardInput.Write(keys);
            _process.StandardInput.Flush();
        }

        if (keys == "\x04")
        {
            return this;
        }

        _answered = Screen.Length;
        _process.StandardInput.Write(keys);
        _process.StandardInput.Flush();
        return this;
    }

    /// <summary>Waits for the end.</summary>
    public int WaitForEnd()
    {
        Assert.That(_reading.Wait(Limit) && _process.WaitForExit(Limit), Screen);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private void Read()
    {
        var buffer = new char[1024];
        while (_process.StandardOutput.Read(buffer) is > 0 and var count)
        {
            lock (_screen)
            {
                _screen.Append(buffer, 0, count);
            }
        }
    }
}
