using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace SandboxedBuild.Interop;

/// <summary>Walks of trees that may be nested deeper than the stack is: where one thread's ends, the walk goes on in another's.</summary>
internal static class Deep
{
    private const int StackSize = 64 * 1024 * 1024;

    /// <summary>Goes one level deeper, and returns when all below it is done.</summary>
    public static void Go(Action below)
    {
        if (RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            below();
            return;
        }

        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    below();
                }
                catch (Exception e)
                {
                    failure = ExceptionDispatchInfo.Capture(e);
                }
            },
            StackSize);
        thread.Start();
        thread.Join();
        failure?.Throw();
    }
}
