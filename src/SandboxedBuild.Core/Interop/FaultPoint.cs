using System.Runtime.InteropServices;

namespace SandboxedBuild.Interop;

/// <summary>
/// Every system call that the project makes on files passes here, so that a test can make any one of them fail, or end the process
/// right before it, and see what is left.
/// </summary>
internal static class FaultPoint
{
    [ThreadStatic]
    private static Func<string, int>? s_inject;

    /// <summary>Asks for every call of this thread which error number it is to fail with; 0 lets it happen.</summary>
    public static Func<string, int>? Inject
    {
        set => s_inject = value;
    }

    /// <summary>Has the calls of threads that work for this one asked about, too, one at a time.</summary>
    /// <returns>What such a thread does first.</returns>
    public static Action Share()
    {
        if (s_inject is not { } inject)
        {
            return static () => { };
        }

        var gate = new Lock();
        int InTurn(string call)
        {
            lock (gate)
            {
                return inject(call);
            }
        }

        s_inject = InTurn;
        return () => s_inject = InTurn;
    }

    /// <summary>Whether a call is to fail without being made; its error number is then the last one.</summary>
    public static bool Fails(string call)
    {
        if (s_inject?.Invoke(call) is not (> 0 and var error))
        {
            return false;
        }

        Marshal.SetLastPInvokeError(error);
        return true;
    }
}
