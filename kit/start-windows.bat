@echo off
rem Starts the workshop. Open it by a double click.
set "HERE=%~dp0"
if "%HERE:~0,2%"=="\\" goto network
cd /d "%~dp0"
if not exist requirements.lock goto extract
set "FITS=import sys; sys.exit(sys.version_info < (3, 11) or sys.maxsize < 2**32)"
set "PYTHON="
for %%V in (3.13 3.12 3.11 3.14) do if not defined PYTHON call :try py -%%V
for %%P in (python python3) do if not defined PYTHON call :try %%P
if not defined PYTHON goto python
call %PYTHON% start.py %*
if not "%errorlevel%"=="0" pause
exit /b
:try
rem "call", since some Pythons are started by a batch file, which would not come back.
call %* -c "%FITS%" >nul 2>nul
if "%errorlevel%"=="0" set "PYTHON=%*"
exit /b
:network
echo This folder lies on another computer. Copy it to this one, such as to C:\thousandfold, and start it there.
pause
exit /b 1
:extract
echo This file is still inside the zip. Extract the whole zip first: right click, Extract All.
pause
exit /b 1
:python
echo Thousandfold needs Python 3.11 or newer, of 64 bits, and there is none here.
echo Install it from python.org, tick "Add python.exe to PATH", and start again.
echo Where you may not install: the Microsoft Store has Python, too, and asks for no administrator.
pause
exit /b 1
