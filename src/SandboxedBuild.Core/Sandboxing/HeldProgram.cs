using System.Diagnostics;
using SandboxedBuild.Interop;

namespace SandboxedBuild.Sandboxing;

/// <summary>
/// A program of the host that has said that it is ready, and stays for as long as it is needed. It is one that ends with its standard input: when this
/// object is disposed of, and when this process ends, in whatever way.
/// </summary>
internal sealed class HeldProgram : IDisposable
{
    private readonly Process _process;
    private bool _isOver;

    private HeldProgram(Process process, string said)
    {
        _process = process;
        Said = said;
    }

    /// <summary>The line by which it has said that it is ready.</summary>
    public string Said { get; }

    /// <summary>Starts it, and waits for its line.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="complaint">What it has complained of, where it has ended without a line.</param>
    /// <returns>Null where it has.</returns>
    public static HeldProgram? Start(string program, IEnumerable<string> arguments, out string complaint)
    {
        using var kept = InheritedDescriptors.KeepBack();
        var process = HostProgram.Start(program, arguments);
        var line = process.StandardOutput.ReadLineAsync();
        complaint = string.Empty;
        if (line.Wait(HostProgram.Patience) && line.Result is { } said)
        {
            return new(process, said);
        }

        new HeldProgram(process, string.Empty).End();
        complaint = process.StandardError.ReadToEnd().Trim();
        process.Dispose();
        return null;
    }

    public void Dispose()
    {
        if (!_isOver)
        {
            End();
            _process.Dispose();
        }
    }

    private void End()
    {
        _isOver = true;
        _process.StandardInput.Close();
        if (!_process.WaitForExit(HostProgram.Patience))
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }
    }
}
